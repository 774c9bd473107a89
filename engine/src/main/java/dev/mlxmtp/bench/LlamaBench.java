package dev.mlxmtp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * llama.cpp's own benchmark as a second peer: a process a turn, on the CPU and with as many threads
 * as there are processors. It decodes random token ids and samples nothing, which favours it.
 */
record LlamaBench(String program, String gguf) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Tokens a second. */
  record Speeds(double decode, double prompt) {}

  static Optional<LlamaBench> fromEnvironment(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("LLAMA_BENCH"))
        .flatMap(
            program ->
                Optional.ofNullable(environment.get("LLAMA_GGUF"))
                    .map(gguf -> new LlamaBench(program, gguf)));
  }

  Speeds run(int after, int tokens, int prompt) {
    return new Speeds(
        speed("-p", "0", "-n", String.valueOf(tokens), "-d", String.valueOf(after)),
        speed("-p", String.valueOf(prompt), "-n", "0"));
  }

  private double speed(String... test) {
    List<String> command = new ArrayList<>(List.of(program, "-m", gguf, "-ngl", "0"));
    command.addAll(List.of("-r", "1", "-o", "jsonl"));
    command.addAll(List.of("-t", String.valueOf(Runtime.getRuntime().availableProcessors())));
    command.addAll(List.of(test));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
      JsonNode speed = answer.isEmpty() ? JSON.nullNode() : JSON.readTree(answer).path("avg_ts");
      if (!speed.isNumber()) {
        throw new IllegalStateException("llama.cpp's benchmark failed: " + command);
      }
      return speed.asDouble();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
