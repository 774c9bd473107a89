package dev.mlxmtp.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mlxmtp.mlx.QuantMode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code config.json} says of packed weights: a format for all, and exceptions by module path.
 *
 * @param overrides by canonical module path; empty where the config excludes the module
 */
record QuantConfig(
    Path file, Optional<QuantFormat> common, Map<String, Optional<QuantFormat>> overrides) {

  /**
   * Reads {@code quantization}, else {@code quantization_config}, at the top or in the text part.
   */
  static QuantConfig of(Path file, JsonNode config, JsonNode text) {
    JsonNode block = either(config, text, "quantization");
    if (block.isObject()) {
      return ofBlock(file, block);
    }
    JsonNode foreign = either(config, text, "quantization_config");
    if (!foreign.isObject()) {
      return new QuantConfig(file, Optional.empty(), Map.of());
    }
    String method = foreign.path("quant_method").asText("");
    return switch (method) {
      case "" -> ofBlock(file, foreign);
      case "mxfp4", "mxfp8" ->
          new QuantConfig(
              file, QuantMode.ofConfigName(method).map(QuantFormat::defaultOf), Map.of());
      case "fp8" -> throw fp8(file);
      default ->
          throw new CheckpointException(
              ("%s says quant_method %s, which is not supported; use the BF16 checkpoint or one "
                      + "quantized for MLX.")
                  .formatted(file, method));
    };
  }

  static CheckpointException fp8(Path where) {
    return new CheckpointException(
        where
            + " belongs to an FP8 checkpoint (weight_scale_inv blocks), which is not supported; use"
            + " the BF16 checkpoint or one quantized for MLX.");
  }

  /**
   * The format of a module that has scales.
   *
   * @param module canonical path, without {@code .weight}
   */
  QuantFormat formatOf(String module) {
    return Optional.ofNullable(overrides.get(module))
        .orElse(common)
        .orElseThrow(
            () ->
                new CheckpointException(
                    overrides.containsKey(module)
                        ? ("%s excludes %s from quantization, but the checkpoint holds scales for "
                                + "it; config and weights do not belong together.")
                            .formatted(file, module)
                        : ("The checkpoint holds scales for %s, but %s has no quantization block "
                                + "that names their format; take config.json from where the "
                                + "weights came from.")
                            .formatted(module, file)));
  }

  private static JsonNode either(JsonNode config, JsonNode text, String key) {
    return config.path(key).isObject() ? config.path(key) : text.path(key);
  }

  private static QuantConfig ofBlock(Path file, JsonNode block) {
    Map<String, Optional<QuantFormat>> overrides = new TreeMap<>();
    boolean named = block.has("group_size") || block.has("bits") || block.has("mode");
    Optional<QuantFormat> common =
        named ? Optional.of(format(file, "quantization", block)) : Optional.empty();
    for (Map.Entry<String, JsonNode> entry : block.properties()) {
      String module = Names.canonical(entry.getKey());
      JsonNode value = entry.getValue();
      if (value.isObject()) {
        overrides.put(module, Optional.of(format(file, entry.getKey(), value)));
      } else if (value.isBoolean()) {
        overrides.put(module, value.booleanValue() ? common : Optional.empty());
      }
    }
    return new QuantConfig(file, common, overrides);
  }

  private static QuantFormat format(Path file, String key, JsonNode block) {
    return QuantFormat.of(block)
        .orElseThrow(
            () ->
                new CheckpointException(
                    ("%s asks at %s for mode %s with %s bits and group size %s, which MLX does not "
                            + "have.")
                        .formatted(
                            file,
                            key,
                            block.path("mode").asText("affine"),
                            block.path("bits").asText("default"),
                            block.path("group_size").asText("default"))));
  }
}
