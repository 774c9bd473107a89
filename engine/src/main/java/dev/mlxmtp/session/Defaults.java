package dev.mlxmtp.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mlxmtp.checkpoint.Checkpoint;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.text.Tokenizer;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a model's own files say of generation.
 *
 * @param sampling from {@code generation_config.json}, greedy where that does not ask for sampling
 * @param stopTokens {@code eos_token_id} of generation_config.json and config.json, and the
 *     template's {@code <|im_end|>}
 * @param turnToken {@code <|im_start|>}
 */
public record Defaults(SamplingOptions sampling, Set<Integer> stopTokens, OptionalInt turnToken) {
  private static final String TURN_START = "<|im_start|>";
  private static final String TURN_END = "<|im_end|>";

  public Defaults {
    stopTokens = Set.copyOf(stopTokens);
  }

  static Defaults of(Checkpoint checkpoint, Tokenizer tokenizer) {
    JsonNode generation =
        checkpoint
            .generationConfig()
            .orElse(com.fasterxml.jackson.databind.node.MissingNode.getInstance());
    Set<Integer> stops = new TreeSet<>();
    addIds(stops, generation.path("eos_token_id"));
    addIds(stops, checkpoint.config().path("eos_token_id"));
    addIds(stops, checkpoint.textConfig().path("eos_token_id"));
    tokenizer.id(TURN_END).ifPresent(stops::add);
    return new Defaults(sampling(generation), stops, tokenizer.id(TURN_START));
  }

  private static void addIds(Set<Integer> ids, JsonNode node) {
    if (node.isArray()) {
      node.forEach(id -> ids.add(id.asInt()));
    } else if (node.isInt()) {
      ids.add(node.asInt());
    }
  }

  private static SamplingOptions sampling(JsonNode generation) {
    if (!generation.path("do_sample").asBoolean(false)) {
      return SamplingOptions.greedy();
    }
    return new SamplingOptions(
        generation.path("temperature").asDouble(1),
        generation.path("top_k").asInt(0),
        generation.path("top_p").asDouble(1),
        generation.path("min_p").asDouble(0),
        generation.path("repetition_penalty").asDouble(1),
        0);
  }
}
