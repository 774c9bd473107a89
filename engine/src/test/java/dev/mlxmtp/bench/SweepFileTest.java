package dev.mlxmtp.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Interrupted sweeps, damaged files, and files of something else. */
class SweepFileTest {
  private static final SweepPlan PLAN = ScriptedSweep.plan(3, 1, 0, .7);

  @TempDir private Path folder;
  private Path path;
  private ScriptedSweep engine = new ScriptedSweep();

  @BeforeEach
  void name() {
    path = folder.resolve("data.jsonl");
  }

  private static ObjectNode header(String model, int maxTokens) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.putObject(SweepJson.COMMON)
        .put("model", model)
        .put("max_tokens", maxTokens)
        .put("top_p", 1.0);
    return json;
  }

  private SweepFile open(SweepPlan plan) {
    return SweepFile.open(path, header("m", 7), plan);
  }

  // Stops before the n-th answer.
  private SweepResult run(int n) {
    try (SweepFile file = open(PLAN)) {
      engine = new ScriptedSweep();
      return Sweep.run(
          PLAN,
          engine::serve,
          file.records(),
          file::add,
          (done, all, next, left) -> {},
          () -> engine.asked.size() == n);
    }
  }

  private String refusal(String file) throws IOException {
    Files.writeString(path, file);
    String message = assertThrows(BenchException.class, () -> open(PLAN)).getMessage();
    assertTrue(message.contains(path.toString()), message);
    assertEquals(file, Files.readString(path), "nothing is lost");
    return message;
  }

  @Test
  void anInterruptedSweepGoesOnWithTheRest() throws IOException {
    SweepResult first = run(5);
    assertEquals(5, first.records().size());
    assertEquals(6, Files.readAllLines(path).size());
    SweepResult second = run(100);
    assertEquals(7, engine.asked.size());
    assertEquals("p1 mtp 0.0", engine.asked.getFirst());
    assertTrue(second.isComplete());
    assertEquals(13, Files.readAllLines(path).size());

    Files.delete(path);
    SweepResult whole = run(100);
    assertEquals(whole.rows(), second.rows());
    try (SweepFile file = open(PLAN)) {
      for (int i = 0; i < 12; i++) {
        SweepRecord written = whole.records().get(i);
        SweepRecord read = file.records().get(i);
        assertEquals(written.cell(), read.cell());
        assertEquals(written.counts(), read.counts());
        assertArrayEquals(written.tokens(), read.tokens());
        assertEquals(written.ended(), read.ended());
      }
    }
  }

  @Test
  void aHalfWrittenLastLineIsDropped() throws IOException {
    run(4);
    byte[] sound = Files.readAllBytes(path);
    byte[] fourth = Arrays.copyOf(sound, sound.length - 1);
    for (byte[] damaged :
        List.of(fourth, Arrays.copyOf(sound, sound.length - 30), with(sound, new byte[40]))) {
      Files.write(path, damaged);
      try (SweepFile file = open(PLAN)) {
        assertTrue(file.wasDamaged());
      }
      try (SweepFile file = open(PLAN)) {
        assertFalse(file.wasDamaged(), "the line is gone from the file too");
      }
      assertTrue(run(100).isComplete());
    }
  }

  private static byte[] with(byte[] bytes, byte[] more) {
    byte[] all = Arrays.copyOf(bytes, bytes.length + more.length);
    System.arraycopy(more, 0, all, bytes.length, more.length);
    return all;
  }

  @Test
  void aDamagedLineAmongOthersIsNamed() throws IOException {
    run(4);
    List<String> lines = Files.readAllLines(path);
    for (String broken :
        List.of(
            "nonsense",
            "[]",
            "{}",
            lines.get(2).replace("\"seed\":0", "\"seed\":\"0\""),
            lines.get(2).replace("mtp3", "mtp9"),
            lines.get(2).replace("\"drafted\":[3", "\"drafted\":[1"))) {
      lines.set(2, broken);
      assertTrue(refusal(String.join("\n", lines) + "\n").contains("Line 3"), broken);
    }
  }

  @Test
  void anotherSweepIsRefused() throws IOException {
    run(4);
    String mine = Files.readString(path);
    Files.writeString(path, mine);
    assertRefused("its model is another one", header("n", 7));
    assertRefused("its max tokens is 7, not 8", header("m", 8));
    SweepPlan others =
        new SweepPlan(
            new PromptSet("other", List.of(new PromptSet.Entry("a", "else"))),
            PLAN.settings(),
            PLAN.sampling(),
            PLAN.coupling(),
            7,
            1,
            1);
    assertTrue(
        assertThrows(BenchException.class, () -> open(others)).getMessage().contains("none of"));
    assertEquals(mine, Files.readString(path));
  }

  private void assertRefused(String part, ObjectNode header) {
    String message =
        assertThrows(BenchException.class, () -> SweepFile.open(path, header, PLAN)).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void aFileOfSomethingElseIsRefused() throws IOException {
    for (String file :
        List.of("notes", "notes\n", "{\"kind\": \"a\"}\n", "\n\n", "{\"sweep\":1}\n")) {
      assertTrue(refusal(file).contains("no data of a sweep"), file);
    }
    Files.delete(path);
    Files.createDirectory(path);
    assertThrows(BenchException.class, () -> open(PLAN));
  }

  @Test
  void aFileWithoutAnAnswerIsBegun() throws IOException {
    String first = header("m", 7).toString();
    String others = header("m", 8) + "\n";
    for (String begun : List.of("", first.substring(0, 30), first, first + "\n", others)) {
      Files.writeString(path, begun);
      assertTrue(run(100).isComplete(), begun);
      assertTrue(Files.readString(path, StandardCharsets.UTF_8).startsWith("{\"sweep\":"), begun);
    }
  }
}
