package dev.mlxmtp.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.kernel.display.StreamScreen;
import dev.mlxmtp.kernel.magic.CancelledException;
import dev.mlxmtp.kernel.magic.Interrupts;
import dev.mlxmtp.kernel.magic.Magic;
import dev.mlxmtp.kernel.magic.MagicRegistry;
import dev.mlxmtp.kernel.magic.Settings;
import dev.mlxmtp.kernel.magic.Workspace;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep on the demonstration model, as small as it gets. */
class SweepCommandTest {
  @TempDir private Path folder;
  private Path report;
  private Path data;

  @BeforeEach
  void names() {
    report = folder.resolve("sweep.md");
    data = folder.resolve("sweep.jsonl");
  }

  private static Shell sweep(String... more) {
    List<String> all =
        new ArrayList<>(List.of("acceptance", "--limit=1", "--max-tokens=8", "--kinds=code,chat"));
    all.addAll(List.of(more));
    return Shell.run(all.toArray(String[]::new));
  }

  private Shell reported(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--depths=0..2",
                "--temperatures=0,0.8",
                "--variants=history=on|off",
                "--report=" + report));
    all.addAll(List.of(more));
    return sweep(all.toArray(String[]::new));
  }

  private static void assertRefused(Shell shell, String part) {
    assertEquals(2, shell.code(), shell::err);
    assertEquals("", shell.out());
    assertEquals(1, shell.err().lines().count(), shell::err);
    assertTrue(shell.err().contains(part), shell::err);
  }

  // Without the date and the command.
  private String tables() throws IOException {
    String text = Files.readString(report);
    return text.substring(text.indexOf("## By setting"));
  }

  @Test
  void tablesReportAndData() throws IOException {
    Shell shell = reported();
    assertEquals(0, shell.code(), shell::err);
    assertTrue(shell.out().contains("temperature  history  depth  answers  accepted"), shell::out);
    assertTrue(shell.out().contains("÷ standard"), shell::out);
    assertTrue(shell.out().contains("Tokens a pass by depth, temperature 0.8"), shell::out);
    assertTrue(shell.out().contains("history=off"), shell::out);
    // Five settings at each temperature; none but plain decoding lacks a text to compare with.
    assertEquals(8, shell.out().lines().filter(line -> line.endsWith("2 of 2")).count());
    assertTrue(shell.err().contains("report: " + report), shell::err);

    String text = Files.readString(report);
    for (String part :
        List.of(
            "# Acceptance sweep: demo-model",
            "./mtp acceptance --limit=1",
            "'--variants=history=on|off'",
            "| model | demo-model",
            "| MLX | 0.",
            "seed 0, coupling gumbel",
            "| answers one by one | sweep.jsonl |",
            "## By place in the draft",
            "## By kind of prompt",
            "Wilson")) {
      assertTrue(text.contains(part), () -> part + " is not in: " + text);
    }
    assertTrue(text.lines().anyMatch(l -> l.matches("\\| 0 \\| on \\| 1 .*\\[\\.\\d+, .*")), text);

    List<String> lines = Files.readAllLines(data);
    assertEquals(1 + 2 * 10, lines.size());
    JsonNode first = new ObjectMapper().readTree(lines.get(1));
    assertEquals("code", first.path("kind").asText());
    assertEquals("plain", first.path("drafter").asText());
    assertEquals(8, first.path("tokens").size());
  }

  @Test
  void anInterruptedSweepGoesOnAndComesToTheSame() throws IOException {
    assertEquals(0, reported().code());
    String tables = tables();
    List<String> lines = Files.readAllLines(data);

    assertRefused(reported(), "--resume");
    assertEquals(lines, Files.readAllLines(data), "nothing is lost");

    String half = lines.get(7).substring(0, 40);
    Files.writeString(data, String.join("\n", lines.subList(0, 7)) + "\n" + half);
    Files.delete(report);
    Shell shell = reported("--resume");
    assertEquals(0, shell.code(), shell::err);
    assertTrue(shell.err().contains("half written"), shell::err);
    assertTrue(shell.err().contains("which holds 6 answers"), shell::err);
    assertEquals(tables, tables());
    List<String> again = Files.readAllLines(data);
    assertEquals(lines, again);

    assertRefused(
        Shell.run("acceptance", "--depths=1", "--report=" + report, "--resume"),
        "max tokens is 8, not 64");
  }

  @Test
  void whatWouldBeLostOrUntrueIsRefused() throws IOException {
    Files.writeString(report, "mine");
    assertRefused(reported(), report + " exists already");
    assertEquals("mine", Files.readString(report));
    assertRefused(
        Shell.run("acceptance", "--report", report + "", "--data", folder + "/./sweep.md"),
        "need two files");
    assertRefused(
        Shell.run("acceptance", "--data", folder + "/none/x.jsonl"), "--data can't be written to");
    assertRefused(Shell.run("acceptance", "--drafters=plain,mtp2-exact"), "name `mtp2`");
  }

  @Test
  void aPromptThatCannotBeAnsweredIsToldFirst() throws IOException {
    Path prompts = folder.resolve("prompts.txt");
    Files.writeString(prompts, "short\n" + "long ".repeat(3000) + "\n");
    assertRefused(Shell.run("acceptance", "--prompts=" + prompts, "--data=" + data), "`long long");
    assertFalse(Files.exists(data));
    assertRefused(Shell.run("bench", "--prompts=" + prompts), "`long long");
    assertRefused(
        Shell.run("acceptance", "--depths=1", "--bias=99999999=1", "--data=" + data), "99999999");
    assertFalse(Files.exists(data));
  }

  @Test
  void headlessDraftersSeedsAndRejection() {
    Shell shell =
        Shell.run(
            "acceptance",
            "--limit=1",
            "--kinds=chat",
            "--max-tokens=8",
            "--drafters=plain,ngram",
            "--temperature=0.9",
            "--coupling=rejection",
            "--repeat=2",
            "--seed=4");
    assertEquals(0, shell.code(), shell::err);
    assertTrue(shell.out().contains("seeds 4 to 5, coupling rejection"), shell::out);
    assertTrue(shell.out().contains("drafter  answers"), shell::out);
    assertTrue(shell.out().lines().anyMatch(l -> l.matches("ngram +2 .*")), shell::out);
    assertFalse(shell.out().contains("as plain"), shell::out);
    assertFalse(shell.out().contains("Tokens a pass by depth"), shell::out);
  }

  @Test
  void whatIsSetForAnswersMakesNoSweep() {
    Shell shell =
        Shell.pipe(
            """
            %acceptance
            %set max-tokens=6 temperature=0.5 mtp=2
            %generate hello
            %acceptance
            %acceptance --limit 1 --kinds chat --depths 1
            """);
    assertTrue(shell.err().lines().findFirst().orElse("").contains("--depths"), shell::err);
    assertTrue(shell.out().contains("a column a round"), shell::out);
    assertTrue(shell.out().contains("temperature 0.5"), shell::out);
    assertTrue(shell.out().contains("up to 6 tokens"), shell::out);
  }

  @Test
  void anInterruptKeepsWhatIsDone() throws IOException {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Interrupts atOnce =
        action -> {
          action.run();
          return () -> {};
        };
    StreamScreen screen = new StreamScreen(nowhere, nowhere, StreamScreen.Look.plain());
    try (Workspace workspace = new Workspace(screen, atOnce, Optional.empty())) {
      Magic magic =
          new MagicRegistry(MagicRegistry.Caller.REPL)
              .parse("acceptance", List.of("--limit=1", "--data=" + data), new Settings());
      CancelledException e = assertThrows(CancelledException.class, () -> magic.run(workspace));
      assertTrue(e.getMessage().contains("0 of 20 answers"), e::getMessage);
      assertTrue(e.getMessage().contains("--resume"), e::getMessage);
      assertTrue(workspace.resident().isPresent());
    }
    assertEquals(1, Files.readAllLines(data).size());
  }
}
