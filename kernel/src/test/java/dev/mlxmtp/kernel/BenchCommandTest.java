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
import dev.mlxmtp.kernel.magic.ModelChoice;
import dev.mlxmtp.kernel.magic.Settings;
import dev.mlxmtp.kernel.magic.Workspace;
import dev.mlxmtp.session.SessionOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on the demonstration model, as small as it gets. */
class BenchCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private static Shell bench(String... more) {
    List<String> all = new ArrayList<>(List.of("bench", "--limit=2", "--max-tokens=8", "--runs=1"));
    all.addAll(List.of(more));
    return Shell.run(all.toArray(String[]::new));
  }

  private static JsonNode kind(JsonNode json, String kind) {
    for (JsonNode each : json.path("kinds")) {
      if (each.path("kind").asText().equals(kind)) {
        return each;
      }
    }
    throw new AssertionError(kind + " is not in " + json);
  }

  @Test
  void everyDrafterGivesTheSameTextAndConsistentFigures() throws IOException {
    Shell shell = bench("--kinds=code,quoting", "--draft=plain,mtp2,auto,ngram", "--json");
    assertEquals(0, shell.code(), shell::err);
    JsonNode json = JSON.readTree(shell.out());
    assertEquals("demo-model", json.at("/model/name").asText());
    assertEquals("float32", json.at("/model/dtype").asText());
    assertTrue(json.at("/machine/cores").asInt() >= 1);
    assertTrue(json.at("/machine/mlx_library").isTextual());
    assertEquals(8, json.at("/plan/max_tokens").asInt());
    assertEquals(2, json.at("/plan/prompts_by_kind/quoting").asInt());
    assertEquals(3, json.path("kinds").size());
    assertEquals("all", json.at("/kinds/2/kind").asText());
    assertEquals(4, json.at("/kinds/2/prompts").asInt());
    for (JsonNode kind : json.path("kinds")) {
      assertEquals(4, kind.path("drafters").size());
      kind.path("drafters").forEach(BenchCommandTest::assertConsistent);
      assertEquals(1.0, kind.at("/drafters/0/ratio_to_plain").asDouble());
      assertEquals(1.0, kind.at("/drafters/0/tokens_per_pass").asDouble());
      assertTrue(kind.at("/auto/ratio_to_best").asDouble() > 0, kind::toString);
    }
    for (int drafter = 0; drafter < 4; drafter++) {
      String at = "/drafters/" + drafter + "/tokens";
      assertEquals(
          kind(json, "all").at(at).asInt(),
          kind(json, "code").at(at).asInt() + kind(json, "quoting").at(at).asInt());
    }
    assertAnswersGiveTheSpeeds(json);
  }

  private static void assertAnswersGiveTheSpeeds(JsonNode json) {
    assertEquals(4 * 4, json.path("answers").size());
    for (JsonNode d : kind(json, "quoting").path("drafters")) {
      int emitted = 0;
      double seconds = 0;
      for (JsonNode answer : json.path("answers")) {
        if (answer.path("kind").asText().equals("quoting")
            && answer.path("drafter").equals(d.path("drafter"))) {
          assertTrue(answer.at("/passes/0").asInt() <= answer.at("/emitted/0").asInt());
          assertTrue(answer.path("prompt_tokens").asInt() > 1);
          assertTrue(answer.at("/ttft_ms/0").asDouble() > 0);
          emitted += answer.at("/emitted/0").asInt();
          seconds += answer.at("/decode_ms/0").asDouble() / 1000;
        }
      }
      assertEquals(d.path("emitted").asInt(), emitted);
      assertEquals(d.path("decode_tok_s").asDouble(), emitted / seconds, 1e-6 * emitted / seconds);
    }
  }

  private static void assertConsistent(JsonNode d) {
    assertTrue(d.path("text_equals_plain").asBoolean(), d::toString);
    assertEquals(0, d.path("differences").size());
    int rounds = d.path("rounds").asInt();
    int emitted = d.path("emitted").asInt();
    // An answer's first token is the prompt's own pass's, and its stop token does not count.
    assertTrue(emitted >= d.path("tokens").asInt() - 4 && emitted <= d.path("tokens").asInt());
    assertEquals((double) emitted / rounds, d.path("tokens_per_pass").asDouble(), 1e-12);
    assertTrue(d.path("tokens_per_pass").asDouble() >= 1);
    assertTrue(d.path("drafted").size() >= d.path("acceptance_by_position").size());
    assertEquals(d.path("decode_tok_s_min"), d.path("decode_tok_s_max"));
    assertTrue(d.path("ttft_ms").asDouble() > 0);
    assertTrue(d.path("prefill_tok_s").asDouble() > 0);
    assertTrue(d.at("/ms_a_round/verify").asDouble() > 0, d::toString);
    assertTrue(d.path("peak_memory_bytes").asLong() > 1_000_000);
  }

  @Test
  void anEarlierBenchmarkIsComparedWith() throws IOException {
    Path before = folder.resolve("before.json");
    Shell first = bench("--kinds=chat", "--draft=plain,mtp1", "--json");
    Files.writeString(before, first.out());

    Shell json = bench("--kinds=chat", "--draft=mtp1", "--json", "--baseline=" + before);
    assertEquals(0, json.code(), json::err);
    JsonNode after = JSON.readTree(json.out());
    JsonNode ratio = after.at("/baseline/decode_ratios/0");
    assertEquals("mtp1", ratio.path("drafter").asText());
    assertEquals(
        after.at("/kinds/0/drafters/0/decode_tok_s").asDouble()
            / JSON.readTree(first.out()).at("/kinds/0/drafters/1/decode_tok_s").asDouble(),
        ratio.path("ratio").asDouble(),
        1e-9);
    assertEquals(2, after.at("/baseline/decode_ratios").size());
    assertEquals(0, after.at("/baseline/otherwise").size(), json::out);

    Shell table = bench("--kinds=chat,code", "--draft=plain,auto", "--baseline=" + before);
    assertEquals(0, table.code(), table::err);
    assertTrue(table.out().contains("÷ baseline"), table::out);
    assertTrue(table.out().contains("as plain"), table::out);
    assertTrue(table.out().contains("best fixed drafter"), table::out);
    assertTrue(table.out().contains("Speed against plain decoding"), table::out);
    assertTrue(table.err().contains("not as in the baseline: plan.prompts_by_kind"), table::err);
  }

  @Test
  void ownPromptsSampledWithDearRows() throws IOException {
    Path prompts = Files.writeString(folder.resolve("own.txt"), "Returns the size.\n");
    Shell shell =
        bench(
            "--prompts=" + prompts,
            "--draft=plain,mtp3,mtp3-exact",
            "--temperature=0.8",
            "--seed=3",
            "--presence-penalty=0.5",
            "--bias=65=-1",
            "--dear-rows",
            "--json");
    assertEquals(0, shell.code(), shell::err);
    JsonNode json = JSON.readTree(shell.out());
    assertEquals("own.txt", json.at("/plan/prompts").asText());
    assertEquals(0.8, json.at("/plan/sampling/temperature").asDouble());
    assertEquals(3, json.at("/plan/sampling/seed").asInt());
    assertEquals(0.5, json.at("/plan/sampling/presence_penalty").asDouble());
    assertEquals(0, json.at("/plan/sampling/frequency_penalty").asDouble());
    assertEquals(-1, json.at("/plan/sampling/bias/65").asDouble());
    assertEquals("fast", json.at("/plan/verification").asText());
    assertTrue(json.path("exact_is_fast").isBoolean());
    JsonNode price = kind(json, "prompts").at("/exact_to_fast/0");
    assertEquals("mtp3-exact", price.path("exact").asText());
    assertTrue(price.path("ratio").asDouble() > 0, price::toString);
    assertTrue(json.at("/plan/dear_rows").asBoolean());
    assertTrue(kind(json, "prompts").at("/drafters/1/text_equals_plain").asBoolean());
    assertTrue(kind(json, "prompts").at("/drafters/2/text_equals_plain").asBoolean());
  }

  @Test
  void wrongFilesAreOneSentence() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.jsonl"), "{\"prompt\": 3}\n");
    for (Shell shell :
        List.of(
            bench("--prompts=" + broken),
            bench("--prompts=" + folder),
            bench("--baseline=" + broken),
            bench("--prompts=" + folder.resolve("none")))) {
      assertEquals(2, shell.code(), shell::err);
      assertEquals("", shell.out());
      assertEquals(1, shell.err().lines().count(), shell::err);
      assertTrue(shell.err().contains(folder.toString()), shell::err);
    }
  }

  @Test
  void anInterruptEndsIt() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Interrupts atOnce =
        action -> {
          action.run();
          return () -> {};
        };
    StreamScreen screen = new StreamScreen(nowhere, nowhere, StreamScreen.Look.plain());
    try (Workspace workspace = new Workspace(screen, atOnce, Optional.empty())) {
      ModelChoice demo = new ModelChoice(Optional.empty(), SessionOptions.defaults());
      Magic magic =
          new MagicRegistry(MagicRegistry.Caller.REPL)
              .parse("bench", List.of("--limit=1", "--runs=1"), new Settings());
      assertThrows(CancelledException.class, () -> magic.run(workspace));
      assertFalse(workspace.session(demo).resident().weights() == 0, "the model stays");
    }
  }
}
