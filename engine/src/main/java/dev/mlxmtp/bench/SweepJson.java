package dev.mlxmtp.bench;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.ModelInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The lines of a sweep's data: first what all answers have in common, then an answer each. */
final class SweepJson {
  /** Where the first line says what must be the same for all of the file. */
  static final String COMMON = "sweep";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private SweepJson() {}

  /** The first line. */
  static ObjectNode header(Machine machine, ModelInfo model, SweepPlan plan) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    SamplingOptions s = plan.sampling();
    ObjectNode common =
        json.putObject(COMMON)
            .put("model", model.fingerprint())
            .put("dtype", model.compute().name().toLowerCase(Locale.ROOT))
            .put("device", model.place())
            .put("kernel_set", model.kernels().orElse("MLX's own"))
            .put("max_tokens", plan.maxTokens())
            .put("coupling", plan.coupling().toString())
            .put("top_k", s.topK())
            .put("top_p", s.topP())
            .put("min_p", s.minP())
            .put("repetition_penalty", s.repetitionPenalty())
            .put("presence_penalty", s.presencePenalty())
            .put("frequency_penalty", s.frequencyPenalty());
    ObjectNode bias = common.putObject("bias");
    s.bias().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(each -> bias.put(String.valueOf(each.getKey()), each.getValue()));
    BenchJson.machine(json.putObject("machine"), machine);
    BenchJson.model(json.putObject("model"), model);
    return json;
  }

  /** A line of the file as an object; absent where it is none. */
  static Optional<ObjectNode> object(String line) {
    try {
      return JSON.readTree(line) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  static ObjectNode write(SweepRecord record) {
    SweepCell cell = record.cell();
    MtpVariant variant = cell.setting().variant();
    SweepCounts counts = record.counts();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", cell.prompt().kind())
            .put("prompt", cell.prompt().text())
            .put("raw", cell.prompt().raw())
            .put("drafter", cell.setting().drafter())
            .put("depth", cell.setting().depth())
            .put("history", Variants.history(variant))
            .put("hidden", Variants.hidden(variant))
            .put("chain", Variants.chain(variant))
            .put("temperature", cell.setting().temperature())
            .put("seed", cell.seed())
            .put("passes", counts.passes())
            .put("emitted", counts.emitted());
    counts.drafted().forEach(json.putArray("drafted")::add);
    counts.judged().forEach(json.putArray("judged")::add);
    counts.accepted().forEach(json.putArray("accepted")::add);
    json.put("ended", record.ended());
    ArrayNode tokens = json.putArray("tokens");
    Arrays.stream(record.tokens()).forEach(tokens::add);
    return json;
  }

  /**
   * The record of a line; absent where it is none.
   *
   * @param line an object
   */
  static Optional<SweepRecord> read(ObjectNode line) {
    try {
      MtpVariant variant =
          Variants.parse(
                  "history=%s,hidden=%s,chain=%s"
                      .formatted(text(line, "history"), text(line, "hidden"), text(line, "chain")))
              .getFirst();
      SweepCell cell =
          new SweepCell(
              new PromptSet.Entry(
                  text(line, "kind"), text(line, "prompt"), line.path("raw").asBoolean(false)),
              new SweepSetting(
                  text(line, "drafter"), variant, number(line, "temperature").asDouble()),
              number(line, "seed").asLong());
      SweepCounts counts =
          new SweepCounts(
              number(line, "passes").asInt(),
              number(line, "emitted").asInt(),
              counts(line, "drafted"),
              counts(line, "judged"),
              counts(line, "accepted"));
      JsonNode ended = line.path("ended");
      if (!ended.isBoolean()) {
        return Optional.empty();
      }
      int[] tokens = counts(line, "tokens").stream().mapToInt(n -> n).toArray();
      return Optional.of(new SweepRecord(cell, counts, tokens, ended.asBoolean()));
    } catch (IllegalArgumentException | BenchException _) {
      return Optional.empty();
    }
  }

  private static String text(ObjectNode line, String name) {
    return require(line.path(name), line.path(name).isTextual(), name).asText();
  }

  private static JsonNode number(ObjectNode line, String name) {
    return require(line.path(name), line.path(name).isNumber(), name);
  }

  private static List<Integer> counts(ObjectNode line, String name) {
    List<Integer> counts = new ArrayList<>();
    require(line.path(name), line.path(name).isArray(), name)
        .forEach(each -> counts.add(require(each, each.isInt(), name).asInt()));
    return counts;
  }

  private static JsonNode require(JsonNode node, boolean holds, String name) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is missing.");
    }
    return node;
  }
}
