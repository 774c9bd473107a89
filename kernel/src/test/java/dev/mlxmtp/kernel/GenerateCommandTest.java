package dev.mlxmtp.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mtp generate} from its arguments to its streams. */
class GenerateCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode json(String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of("generate", "--json"));
    all.addAll(List.of(args));
    Shell shell = Shell.run(all.toArray(String[]::new));
    assertEquals(0, shell.code(), shell::err);
    assertEquals("", shell.err());
    assertEquals(1, shell.out().lines().count());
    return JSON.readTree(shell.out());
  }

  private static int[] ids(JsonNode array) {
    return JSON.convertValue(array, int[].class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void greedyIdsEqualTheReference(int index) throws IOException {
    JsonNode reference =
        JSON.readTree(TestPaths.demoModel().resolve("reference.json").toFile())
            .get("cases")
            .get(index);
    JsonNode result =
        json("--raw", "--ignore-eos", "--max-tokens", "64", reference.get("prompt").asText());
    assertArrayEquals(ids(reference.get("prompt_ids")), ids(result.get("prompt_tokens")));
    assertArrayEquals(ids(reference.at("/greedy/ids")), ids(result.get("tokens")));
    assertEquals("length", result.get("finish_reason").asText());
    assertFalse(result.has("stop_token"));
  }

  @Test
  void jsonHasTheContractsFieldsInOrder() throws IOException {
    JsonNode result = json("--mtp=3", "Returns the sum of two integers.");
    List<String> names = new ArrayList<>();
    result.fieldNames().forEachRemaining(names::add);
    assertEquals(
        List.of(
            "model",
            "device",
            "dtype",
            "mlx_version",
            "decoder",
            "prompt_tokens",
            "reused_tokens",
            "tokens",
            "stop_token",
            "text",
            "finish_reason",
            "ttft_ms",
            "decode_tok_s",
            "rounds",
            "drafted",
            "accepted",
            "tokens_per_pass",
            "peak_memory_bytes"),
        names);
    assertEquals("demo-model", result.get("model").asText());
    assertEquals("stop", result.get("finish_reason").asText());
    assertEquals(8176, result.get("stop_token").asInt());
    assertEquals(3, result.get("drafted").size());
    assertEquals(3, result.get("accepted").size());
    int emitted = result.get("tokens").size();
    assertTrue(result.get("rounds").asInt() < emitted);
  }

  @Test
  void onePlainTokenHasNoSpeed() throws IOException {
    JsonNode result = json("--draft", "none", "--max-tokens", "1", "hello");
    assertEquals("plain", result.get("decoder").asText());
    assertFalse(result.has("decode_tok_s"));
    assertFalse(result.has("tokens_per_pass"));
    assertEquals(0, result.get("rounds").asInt());
    assertEquals(0, result.get("drafted").size());
  }

  @Test
  void speculationChangesNoToken() throws IOException {
    String prompt = "Write a Java method named `reverse`. Reverses the given string.";
    int[] plain = ids(json("--mtp=0", "--max-tokens", "40", prompt).get("tokens"));
    for (String depth : List.of("--mtp", "--mtp=auto", "--mtp=1", "--mtp=4")) {
      assertArrayEquals(plain, ids(json(depth, "--max-tokens", "40", prompt).get("tokens")), depth);
    }
    assertArrayEquals(
        plain,
        ids(
            json("--mtp-hidden=pre", "--mtp-history=off", "--max-tokens", "40", prompt)
                .get("tokens")));
  }

  @Test
  void textAndStatisticsHaveTheirOwnStreams() {
    Shell shell = Shell.run("generate", "Returns the sum of two integers.");
    assertEquals(0, shell.code(), shell::err);
    assertTrue(shell.out().startsWith("```java\n"), shell::out);
    assertTrue(shell.out().endsWith("```\n"), shell::out);
    assertEquals(1, shell.err().lines().count(), shell::err);
    assertTrue(shell.err().contains(" tokens · "), shell::err);
    assertTrue(shell.err().contains("accepted "), shell::err);
    assertTrue(shell.err().endsWith(" · stop\n"), shell::err);
    assertFalse((shell.out() + shell.err()).contains("\033"));
  }

  @Test
  void standardInputIsTheWholePrompt() throws IOException {
    Shell shell = Shell.pipe(" a\n\n", "generate", "--raw", "--json", "--max-tokens", "1", "-");
    JsonNode direct = json("--raw", "--max-tokens", "1", " a\n\n");
    assertEquals(direct.get("prompt_tokens"), JSON.readTree(shell.out()).get("prompt_tokens"));
  }

  @Test
  void stopTextEndsTheAnswerBeforeIt() throws IOException {
    JsonNode result = json("--stop", "static", "Returns the sum of two integers.");
    assertEquals("stop", result.get("finish_reason").asText());
    assertEquals("```java\npublic ", result.get("text").asText());
    assertFalse(result.has("stop_token"));
  }

  @Test
  void aSeedRepeatsASample() throws IOException {
    String[] args = {"--temperature=1", "--seed=7", "--max-tokens=12", "hello"};
    JsonNode first = json(args);
    assertEquals("auto, gumbel coupling", first.get("decoder").asText());
    assertEquals(first.get("tokens"), json(args).get("tokens"));
    JsonNode plain =
        json("--draft=none", "--temperature=1", "--seed=7", "--max-tokens=12", "hello");
    assertEquals(first.get("tokens"), plain.get("tokens"));
  }

  @Test
  void systemAndThinkingReachTheTemplate() throws IOException {
    JsonNode plain = json("--max-tokens=1", "hello");
    JsonNode thinking = json("--max-tokens=1", "--think", "hello");
    JsonNode system = json("--max-tokens=1", "--system", "You are brief.", "hello");
    assertTrue(thinking.get("prompt_tokens").size() < plain.get("prompt_tokens").size());
    assertTrue(system.get("prompt_tokens").size() > plain.get("prompt_tokens").size());
  }

  @Test
  void otherCommands() {
    assertEquals("mlx-mtp 0.1.0\n", Shell.run("--version").out());
    for (String[] args :
        new String[][] {{"--help"}, {"help"}, {"help", "footer"}, {"generate", "--help"}}) {
      Shell shell = Shell.run(args);
      assertEquals(0, shell.code());
      assertEquals("", shell.err());
    }
    assertTrue(Shell.run("help", "generate").out().contains("--mtp[=K|auto]"));
    Shell load = Shell.run("load", TestPaths.demoModel().toString());
    assertEquals(0, load.code(), load::err);
    assertTrue(load.out().contains("9 linear attention (Gated DeltaNet), 3 full attention"));
    assertTrue(Shell.run("info").out().contains("12.7M"));
  }
}
