package dev.mlxmtp.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConversationFileTest {
  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    List<Message> messages =
        List.of(
            Message.system("s"),
            Message.user("ü \"q\"\n"),
            Message.assistant("a").withReasoning("hm"));
    Path file = folder.resolve("chat.json");
    ConversationFile.write(file, messages);
    assertEquals(messages, ConversationFile.read(file));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"messages\": 3}",
        "{\"messages\": [3]}",
        "{\"messages\": [{\"content\": \"x\"}]}",
        "{\"messages\": [{\"role\": \"user\"}]}",
        "{\"messages\": [{\"role\": \"tool\", \"content\": \"x\"}]}",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"},"
            + " {\"role\": \"system\", \"content\": \"y\"}]}"
      })
  void otherFilesAreRefused(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("x.json"), text);
    MagicException e = assertThrows(MagicException.class, () -> ConversationFile.read(file));
    assertTrue(e.getMessage().contains("x.json") && !e.getMessage().contains("\n"), e::getMessage);
  }

  @Test
  void missingFilesAndFoldersAreNamed() {
    Path missing = folder.resolve("no/such.json");
    assertThrows(MagicException.class, () -> ConversationFile.read(missing));
    MagicException e =
        assertThrows(MagicException.class, () -> ConversationFile.write(missing, List.of()));
    assertTrue(e.getMessage().contains("no such file or folder"), e::getMessage);
  }
}
