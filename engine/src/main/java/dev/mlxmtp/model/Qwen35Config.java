package dev.mlxmtp.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mlxmtp.checkpoint.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The text model's architecture, every value from {@code text_config} of config.json; component
 * names are the keys' terms.
 *
 * @param layers what each layer's mixer is, from {@code layer_types} or else {@code
 *     full_attention_interval}
 * @param keyHeads heads of q and k in a linear layer ({@code linear_num_key_heads})
 * @param valueHeads heads of v in a linear layer ({@code linear_num_value_heads}), a multiple of
 *     keyHeads
 * @param maxPositions {@code max_position_embeddings}: the longest context, in tokens
 * @param moe sizes of the experts, absent in a dense model
 */
public record Qwen35Config(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    List<Mixer> layers,
    int attentionHeads,
    int keyValueHeads,
    int headDim,
    boolean attentionBias,
    boolean outputGate,
    double normEps,
    Rope rope,
    int keyHeads,
    int valueHeads,
    int keyHeadDim,
    int valueHeadDim,
    int convKernel,
    int maxPositions,
    boolean tiedEmbeddings,
    Optional<Moe> moe) {

  /** The kinds of layer. */
  public enum Mixer {
    LINEAR_ATTENTION,
    FULL_ATTENTION
  }

  /**
   * {@code num_experts}, {@code num_experts_per_tok}, {@code moe_intermediate_size}, and the shared
   * expert's size.
   */
  public record Moe(
      int experts, int expertsPerToken, int intermediateSize, int sharedIntermediateSize) {}

  /**
   * Width of the rows of q and k together with v in a linear layer: what its convolution runs over.
   */
  public int convChannels() {
    return 2 * keyHeads * keyHeadDim + valueHeads * valueHeadDim;
  }

  /** Layers with full attention, the only ones whose cache grows with the context. */
  public int fullAttentionLayers() {
    return (int) layers.stream().filter(m -> m == Mixer.FULL_ATTENTION).count();
  }

  /**
   * Reads a {@code text_config} object.
   *
   * @throws CheckpointException where a key is missing or its value can't be
   */
  public static Qwen35Config of(JsonNode config, JsonNode text) {
    Reader in = new Reader(text);
    int hidden = in.positive("hidden_size");
    boolean moe = text.path("num_experts").asInt(0) > 0;
    int heads = in.positive("num_attention_heads");
    int headDim = text.has("head_dim") ? in.positive("head_dim") : hidden / heads;
    Qwen35Config result =
        new Qwen35Config(
            in.positive("vocab_size"),
            hidden,
            moe ? 0 : in.positive("intermediate_size"),
            mixers(in, text),
            heads,
            in.positive("num_key_value_heads"),
            headDim,
            text.path("attention_bias").asBoolean(false),
            text.path("attn_output_gate").asBoolean(true),
            text.path("rms_norm_eps").asDouble(1e-6),
            Rope.of(text, headDim),
            in.positive("linear_num_key_heads"),
            in.positive("linear_num_value_heads"),
            in.positive("linear_key_head_dim"),
            in.positive("linear_value_head_dim"),
            in.positive("linear_conv_kernel_dim"),
            in.positive("max_position_embeddings"),
            text.path("tie_word_embeddings")
                .asBoolean(config.path("tie_word_embeddings").asBoolean(false)),
            moe
                ? Optional.of(
                    new Moe(
                        in.positive("num_experts"),
                        in.positive("num_experts_per_tok"),
                        in.positive("moe_intermediate_size"),
                        in.positive("shared_expert_intermediate_size")))
                : Optional.empty());
    result.check();
    return result;
  }

  private void check() {
    if (valueHeads % keyHeads != 0) {
      throw new CheckpointException(
          "config.json: linear_num_value_heads ("
              + valueHeads
              + ") must be a multiple of linear_num_key_heads ("
              + keyHeads
              + ").");
    }
    if (attentionHeads % keyValueHeads != 0) {
      throw new CheckpointException(
          "config.json: num_attention_heads ("
              + attentionHeads
              + ") must be a multiple of num_key_value_heads ("
              + keyValueHeads
              + ").");
    }
  }

  private static List<Mixer> mixers(Reader in, JsonNode text) {
    int n = in.positive("num_hidden_layers");
    List<Mixer> mixers = new ArrayList<>();
    JsonNode types = text.path("layer_types");
    if (types.isArray() && types.size() != n) {
      throw new CheckpointException(
          "config.json: layer_types lists "
              + types.size()
              + " layers, num_hidden_layers is "
              + n
              + ".");
    }
    int interval = text.path("full_attention_interval").asInt(4);
    for (int i = 0; i < n; i++) {
      String type =
          types.isArray()
              ? types.get(i).asText()
              : (i + 1) % interval == 0 ? "full_attention" : "linear_attention";
      mixers.add(
          switch (type) {
            case "full_attention" -> Mixer.FULL_ATTENTION;
            case "linear_attention" -> Mixer.LINEAR_ATTENTION;
            default ->
                throw new CheckpointException(
                    "config.json: layer_types names \""
                        + type
                        + "\" for layer "
                        + i
                        + "; this family has linear_attention and full_attention.");
          });
    }
    return List.copyOf(mixers);
  }

  private record Reader(JsonNode text) {
    int positive(String key) {
      JsonNode value = text.path(key);
      if (!value.canConvertToInt() || value.asInt() <= 0) {
        throw new CheckpointException(
            "config.json: "
                + key
                + (value.isMissingNode() ? " is missing" : " is " + value)
                + "; a Qwen3.5 text_config needs a positive number there.");
      }
      return value.asInt();
    }
  }
}
