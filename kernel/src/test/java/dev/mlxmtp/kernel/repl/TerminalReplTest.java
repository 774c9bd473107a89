package dev.mlxmtp.kernel.repl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class TerminalReplTest {
  private static final String PROMPT = "chat> ";
  private static final String CTRL_C = "\003";
  private static final String CTRL_D = "\004";

  @TempDir private Path folder;

  private TypedTerminal open(String type) throws IOException {
    return new TypedTerminal(type, TypedTerminal.state(folder));
  }

  @Test
  void ctrlCStopsAnAnswerAndNothingElse() throws IOException, InterruptedException {
    try (TypedTerminal terminal = open("xterm-256color")) {
      assertTrue(terminal.await("MTP head bound").contains("demo-model 12.7M bf16"));
      terminal.await(PROMPT);
      terminal.type("%generate --ignore-eos --max-tokens 1900 hello\r");
      terminal.await("public");
      terminal.type(CTRL_C);
      terminal.await("· cancelled");
      terminal.await(PROMPT);

      // The same prompt again finds itself in the caches, and the cache yields the same text.
      terminal.type("%generate --max-tokens 12 hello\r");
      terminal.await("public");
      terminal.await("reused 15 of 15 · length");
      terminal.await(PROMPT);

      terminal.type("half a line" + CTRL_C);
      terminal.await(PROMPT);
      terminal.type("%info\r");
      terminal.await("context used");
      terminal.await(PROMPT);
      terminal.type(CTRL_D);
      assertTrue(terminal.hasLeft());
    }
  }

  @Test
  void chatsInTurnsAndTintsDrafts() throws IOException, InterruptedException {
    try (TypedTerminal terminal = open("xterm-256color")) {
      terminal.await(PROMPT);
      terminal.type("Returns the sum of two integers!\r");
      assertTrue(terminal.await("accepted by the model").contains("\033[4;32m"));
      terminal.await("· stop");
      terminal.await(PROMPT);
      terminal.type("And of \\\rthree?\r");
      String answer = terminal.await("· stop");
      assertTrue(answer.contains("....> "), answer);
      assertTrue(answer.contains("reused "), answer);
      assertFalse(answer.contains("accepted by the model"), answer);
      terminal.await(PROMPT);
      terminal.type("%load /no/such/folder\r");
      terminal.await("There is no folder /no/such/folder");
      terminal.await(PROMPT);
      terminal.type("%chat\r");
      terminal.await("a conversation of 4 messages");
      terminal.await(PROMPT);
      terminal.type(CTRL_D);
      assertTrue(terminal.hasLeft());
    }
    String history = Files.readString(folder.resolve("mlx-mtp/history"));
    assertTrue(history.contains("two integers!"), history);
  }

  @Test
  void completesCommandsOptionsAndValues() throws IOException, InterruptedException {
    try (TypedTerminal terminal = open("xterm-256color")) {
      terminal.await(PROMPT);
      terminal.type("%gen\t");
      terminal.await("erate");
      terminal.type("--temp\t");
      terminal.await("erature");
      terminal.type("0 --dra\t");
      terminal.await("ft");
      terminal.type("non\t");
      terminal.await("e");
      terminal.type("--max-tokens 2 hi\r");
      String answer = terminal.await("· length");
      assertFalse(answer.contains("accepted"), answer);
      terminal.await(PROMPT);
      Files.createDirectories(folder.resolve("models/only-one"));
      terminal.type("%load " + folder.resolve("models") + "/on\t");
      terminal.await("ly-one");
      terminal.type(CTRL_C);
      terminal.await(PROMPT);
      terminal.type(CTRL_D);
      assertTrue(terminal.hasLeft());
    }
  }

  @Test
  void pastedLinesAreOneCell() throws IOException, InterruptedException {
    try (TypedTerminal terminal = open("xterm-256color")) {
      terminal.await(PROMPT);
      terminal.type("\033[200~%generate --max-tokens 2 one\ntwo\033[201~\r");
      terminal.await("· length");
      terminal.await(PROMPT);
      terminal.type(CTRL_D);
      assertTrue(terminal.hasLeft());
    }
  }

  @Test
  void noColorIsHonoured() throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(TypedTerminal.state(folder));
    environment.put("NO_COLOR", "1");
    try (TypedTerminal terminal = new TypedTerminal("xterm-256color", environment)) {
      terminal.await(PROMPT);
      terminal.type("%generate --max-tokens 20 hello\r");
      String answer = terminal.await("· length");
      assertFalse(answer.matches("(?s).*\033\\[[0-9;]*[1-9]m.*"), answer);
      assertEquals(-1, answer.indexOf("accepted by the model"));
      terminal.await(PROMPT);
      terminal.type(CTRL_D);
      assertTrue(terminal.hasLeft());
    }
  }

  @Test
  void aDumbTerminalWorks() throws IOException, InterruptedException {
    try (TypedTerminal terminal = open("dumb")) {
      terminal.await(PROMPT);
      terminal.type("%generate --max-tokens 20 hello\r");
      assertFalse(terminal.await("· length").contains("\033"));
      terminal.await(PROMPT);
      terminal.type(CTRL_D);
      assertTrue(terminal.hasLeft());
    }
  }
}
