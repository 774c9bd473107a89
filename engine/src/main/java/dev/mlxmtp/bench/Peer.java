package dev.mlxmtp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * mlx-lm in a process of its own, driven one step at a time, so that its runs can stand between
 * ours.
 */
final class Peer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final PrintStream commands;
  private final BufferedReader answers;

  /**
   * @param command starts the driver, {@code mlx_lm_bench.py}
   */
  Peer(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Loads a model; {@code default} leaves the checkpoint's dtypes. */
  JsonNode load(String model, String dtype) {
    return ask(JSON.createObjectNode().put("op", "load").put("model", model).put("dtype", dtype));
  }

  /** Tokens a second after the first. */
  double decode(int[] prompt, int tokens) {
    ObjectNode command = JSON.createObjectNode().put("op", "decode").put("tokens", tokens);
    command.set("ids", JSON.valueToTree(prompt));
    JsonNode answer = ask(command);
    return answer.get("intervals").asInt() / answer.get("seconds").asDouble();
  }

  /** Seconds from the call to the first token. */
  double prefill(int[] prompt) {
    ObjectNode command = JSON.createObjectNode().put("op", "prefill");
    command.set("ids", JSON.valueToTree(prompt));
    return ask(command).get("seconds").asDouble();
  }

  private JsonNode ask(ObjectNode command) {
    try {
      commands.println(JSON.writeValueAsString(command));
      String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException("mlx-lm's process ended; its last words are above.");
      }
      JsonNode answer = JSON.readTree(line);
      if (answer.has("error")) {
        throw new IllegalStateException("mlx-lm failed: " + answer.get("error").asText());
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    commands.println("{\"op\":\"quit\"}");
    process.destroy();
  }
}
