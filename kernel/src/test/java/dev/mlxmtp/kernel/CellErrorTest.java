package dev.mlxmtp.kernel;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.kernel.cell.CellReport;
import dev.mlxmtp.kernel.cell.CellResult;
import dev.mlxmtp.kernel.cell.CellRunner;
import dev.mlxmtp.kernel.cell.Shells;
import dev.mlxmtp.kernel.display.StreamScreen;
import dev.mlxmtp.kernel.magic.Failure;
import dev.mlxmtp.kernel.magic.Interrupts;
import dev.mlxmtp.kernel.magic.Workspace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What can go wrong in a cell, one after another in one workspace: a sentence each, the long form
 * on demand, and the session alive after it.
 */
class CellErrorTest {
  private static final String NORM = "model.language_model.norm.weight";

  /** Cells, and a part of what they are told. */
  private static final List<Map.Entry<String, String>> CELLS =
      List.of(
          Map.entry("%generate --mtp=9 x", "1 to 8"),
          Map.entry("%generate --coupling=x x", "gumbel or rejection"),
          Map.entry("%generate --top-p=2 x", "op-p"),
          Map.entry("%generate", "PROMPT"),
          Map.entry("%genrate x", "`%generate`"),
          Map.entry("%%generate --nonsense\nx", "`--nonsense`"),
          Map.entry("%generate --raw " + "int i = 0; ".repeat(2000), "2048"),
          Map.entry("%generate --image cat.png x", "pictures"),
          Map.entry("%generate -", "standard input"),
          Map.entry("%load /no/such", "/no/such"),
          Map.entry("%load", "DIR"),
          Map.entry("%load nobody/nothing", "hf download"),
          Map.entry("%load --device gpu notebooks", "notebooks"),
          Map.entry("%quantize --mode mxfp4", "--out"),
          Map.entry("%quantize --out x", "--mode"),
          Map.entry("%quantize --mode int3 --out x", "mxfp4"),
          Map.entry("%quantize --mode mxfp4 --src /no/such --out x", "/no/such"),
          Map.entry("%quantize --mode mxfp4 --use a=b --out x", "PATTERN=MODE"),
          Map.entry("%chat --load /no/such.json", "/no/such.json"),
          Map.entry("%chat --save /no/such/x.json hello", "/no/such/x.json"),
          Map.entry("%set show=everything", "accepted or rejected or off"),
          Map.entry("%set mtp", "NAME=VALUE"),
          Map.entry("%set temprature=1", "`temperature`"),
          Map.entry("%set temperature=-1", "emperature"),
          Map.entry("%compare --mtp=0,12 x", "1 to 8"),
          Map.entry("%compare --runs 0 x", "--runs"),
          Map.entry("%compare --mtp=a x", "--mtp takes a whole number"),
          Map.entry("%bench --runs 0", "--runs needs at least 1"),
          Map.entry("%bench --max-tokens=0", "--max-tokens needs at least 1"),
          Map.entry("%bench --limit=-1", "--limit needs at least 1"),
          Map.entry("%bench --draft plain,mtp9", "`mtp9`"),
          Map.entry("%bench --draft auto,auto", "twice"),
          Map.entry("%bench --kinds poems", "`poems`"),
          Map.entry("%bench --prompts /no/such.txt", "/no/such.txt"),
          Map.entry("%bench --baseline /no/such.json", "/no/such.json"),
          Map.entry("%bench --top-p 2", "op-p"),
          Map.entry("%acceptance --depths 0..9", "0 to 8"),
          Map.entry("%acceptance --depths 3..1", "1..3"),
          Map.entry("%acceptance --depths deep", "0..6"),
          Map.entry("%acceptance --variants history=maybe", "on or off"),
          Map.entry("%acceptance --variants depth=1|2", "history=on|off"),
          Map.entry("%acceptance --temperatures 0,-1", "--temperatures"),
          Map.entry("%acceptance --temperatures 0,1e-9", "at least 0.000001"),
          Map.entry("%acceptance --temperatures warm", "a number"),
          Map.entry("%acceptance --drafters mtp9", "`mtp9`"),
          Map.entry("%acceptance --repeat 0", "--repeat needs at least 1"),
          Map.entry("%acceptance --limit 0", "--limit needs at least 1"),
          Map.entry("%acceptance --limit 1 --batch 0", "--batch needs at least 1"),
          Map.entry("%acceptance --kinds poems", "`poems`"),
          Map.entry("%acceptance --prompts /no/such.txt", "/no/such.txt"),
          Map.entry("%acceptance --resume", "--report"),
          Map.entry("%acceptance --report /no/such/sweep.md", "/no/such/sweep.md"),
          Map.entry("%acceptance --data /no/such/sweep.jsonl", "/no/such/sweep.jsonl"),
          Map.entry("%acceptance --report /", "--report can't be written to /"),
          Map.entry("%acceptance --limit 1 --by rank", "--by"),
          Map.entry("%acceptance --limit 1 --top-p 2", "op-p"),
          Map.entry("%save /no/such/file", "/no/such"),
          Map.entry("%restore /no/such", "/no/such"),
          Map.entry("%jars /no/such/*.jar", "/no/such"),
          Map.entry("%jars none*.jar", "none*.jar"),
          Map.entry("%maven nonsense", "nonsense"),
          Map.entry("%help nope", "`%nope`"),
          Map.entry("%history many", "whole number"),
          Map.entry("%timeit -r 0 1", "at least 1"),
          Map.entry("%timeit nothing", "nothing"),
          Map.entry("int a = 1;\nint b = a / 0;", "line 2"),
          Map.entry("int c = 1;\nnothing(c);", "line 2"),
          Map.entry("int half(", "line 1"),
          Map.entry("throw new java.io.IOException(\"disk\");", "disk"),
          Map.entry("int deep() { return deep(); }\ndeep()", "StackOverflowError"),
          Map.entry("session.generate(\"x\", o -> o.mtp(9));", "1 to 8"),
          Map.entry("session.generate(\"x\", o -> o.maxTokens(0));", "at least 1"),
          Map.entry("session.compare(\"x\")", "at least one"),
          Map.entry("magic(\"%load /no/such\")", "/no/such"),
          Map.entry("magic(\"%nonsense\")", "`%nonsense`"),
          Map.entry("session.engine().generate(\"\", o -> o);\n%nonsense", "nonsense"),
          Map.entry("Chart.lines(\"t\").series(\"s\", Double.NaN)", "line 1"),
          Map.entry("new Grid(\"a\").row(1, 2)", "cells"),
          Map.entry(
              "Thread.ofPlatform().start(() -> session.info()).join();\nint d = 1 / 0;", "line 2"));

  @TempDir private Path folder;

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(shown, true, StandardCharsets.UTF_8);
  private final StreamScreen screen = new StreamScreen(stream, stream, StreamScreen.Look.plain());

  private CellResult.Failed fails(CellRunner runner, String cell, String part) {
    CellResult.Failed failed =
        assertInstanceOf(
            CellResult.Failed.class, runner.run(cell, Workspace.Mode.JAVA), () -> cell);
    Failure failure = failed.failure();
    assertTrue(failure.expected(), () -> cell + ": " + failure.sentence());
    assertFalse(failure.sentence().contains("\n"), failure::sentence);
    assertTrue(failure.sentence().contains(part), () -> part + " is not in: " + failure.sentence());
    shown.reset();
    CellReport.tell(failed, screen, runner.workspace().settings());
    assertEquals(failure.sentence() + "\n", shown.toString(StandardCharsets.UTF_8));
    assertFalse(Failure.details(failed.thrown()).isBlank());
    return failed;
  }

  private static void assertAlive(CellRunner runner, String after) {
    assertInstanceOf(
        CellResult.Done.class,
        runner.run("%generate --max-tokens 2 hello", Workspace.Mode.JAVA),
        () -> "after " + after);
  }

  private CellRunner runner() {
    return new CellRunner(
        new Workspace(screen, Interrupts.none(), Optional.empty(), Shells.on(screen)));
  }

  @Test
  void cellsFailInOneSentence() {
    CellRunner runner = runner();
    try (Workspace workspace = runner.workspace()) {
      assertAll(
          CELLS.stream()
              .map(
                  cell ->
                      () -> {
                        fails(runner, cell.getKey(), cell.getValue());
                        assertAlive(runner, cell.getKey());
                      }));
      assertTrue(workspace.resident().isPresent());
    }
  }

  @Test
  void brokenModelsFailInOneSentence() throws IOException {
    Map<String, UnaryOperator<ModelCopy>> broken = new TreeMap<>();
    broken.put("llama", m -> m.edit("config.json", t -> t.replace("qwen3_5", "llama")));
    broken.put(ModelCopy.SECOND_SHARD, m -> m.truncate(ModelCopy.SECOND_SHARD, 1000));
    broken.put("tokenizer.json", m -> m.delete("tokenizer.json"));
    broken.put("template", m -> m.edit("chat_template.jinja", t -> "{% if %}" + t));
    broken.put("norm.weight", m -> m.shard(ModelCopy.shardOf(NORM), s -> s.reshape(NORM, 2, 128)));
    broken.put(
        "NaN",
        m ->
            m.shard(
                ModelCopy.shardOf(NORM),
                s -> ByteBuffer.wrap(s.bytes(NORM)).putShort(0, (short) 0xC07F)));
    CellRunner runner = runner();
    try (var _ = runner.workspace()) {
      assertAlive(runner, "the start");
      int number = 0;
      for (Map.Entry<String, UnaryOperator<ModelCopy>> way : broken.entrySet()) {
        Path copy = Files.createDirectory(folder.resolve("m" + number++));
        String path = way.getValue().apply(ModelCopy.in(copy)).path();
        fails(runner, "%load " + path, way.getKey());
        assertAlive(runner, way.getKey());
      }
    }
  }

  @Test
  void theLongFormIsThereOnDemand() {
    CellRunner runner = runner();
    try (Workspace workspace = runner.workspace()) {
      runner.run("%set errors=full", Workspace.Mode.JAVA);
      runner.run("int half(int x) {\n  return x / 0;\n}", Workspace.Mode.JAVA);
      CellResult result = runner.run("int a = 3;\nhalf(a);", Workspace.Mode.JAVA);
      shown.reset();
      CellReport.tell(result, screen, workspace.settings());
      String told = shown.toString(StandardCharsets.UTF_8);
      assertTrue(told.lines().count() > 2, told);
      assertTrue(told.contains("half") && told.contains("line 2"), told);
      CellResult load = runner.run("%load /no/such", Workspace.Mode.JAVA);
      shown.reset();
      CellReport.tell(load, screen, workspace.settings());
      assertTrue(shown.toString(StandardCharsets.UTF_8).contains("CheckpointException"));
    }
  }
}
