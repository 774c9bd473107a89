package dev.mlxmtp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("before.json"), text);
  }

  private static String benchmark(String cores, String kind, String drafters) {
    return "{\"machine\": {\"cores\": "
        + cores
        + "}, \"kinds\": [{\"kind\": \""
        + kind
        + "\", \"drafters\": ["
        + drafters
        + "]}]}";
  }

  @Test
  void whatBothHaveIsCompared() throws IOException {
    String before =
        "{\"drafter\": \"plain\", \"decode_tok_s\": 100}, {\"drafter\": \"mtp1\"},"
            + " {\"drafter\": \"auto\", \"decode_tok_s\": 100}";
    String after =
        "{\"drafter\": \"plain\", \"decode_tok_s\": 125}, {\"drafter\": \"mtp1\","
            + " \"decode_tok_s\": 10}, {\"drafter\": \"ngram\", \"decode_tok_s\": 10}";
    Baseline baseline = Baseline.read(file(benchmark("2", "code", before)));
    ObjectMapper json = new ObjectMapper();
    Baseline.Comparison same = baseline.with(json.readTree(benchmark("2", "code", after)));
    assertEquals(List.of(new Baseline.Change("code", "plain", 1.25)), same.changes());
    assertEquals(Optional.of(1.25), same.ratio("code", "plain"));
    assertEquals(Optional.empty(), same.ratio("code", "mtp1"));
    assertEquals(List.of(), same.otherwise());
    Baseline.Comparison other = baseline.with(json.readTree(benchmark("4", "chat", after)));
    assertEquals(List.of(), other.changes());
    assertEquals(List.of("machine.cores"), other.otherwise());
  }

  @Test
  void otherPromptsAndAnotherGpuAreNamed() throws IOException {
    String form =
        "{\"kinds\": [{\"kind\": \"k\", \"drafters\": []}], \"model\": {\"device_name\":"
            + " \"%s\"}, \"plan\": {\"prompts_sha256\": \"%s\"}}";
    Baseline baseline = Baseline.read(file(form.formatted("A", "0")));
    ObjectMapper json = new ObjectMapper();
    assertEquals(
        List.of("model.device_name", "plan.prompts_sha256"),
        baseline.with(json.readTree(form.formatted("B", "1"))).otherwise());
  }

  @Test
  void whatIsNoBenchmarkIsRefused() throws IOException {
    for (String text : List.of("", "[1, 2]", "{\"kinds\": []}", "no JSON")) {
      Path file = file(text);
      String message = assertThrows(BenchException.class, () -> Baseline.read(file)).getMessage();
      assertTrue(message.contains("is no benchmark") && message.endsWith("."), message);
    }
    assertThrows(BenchException.class, () -> Baseline.read(folder));
    assertThrows(BenchException.class, () -> Baseline.read(folder.resolve("none")));
  }
}
