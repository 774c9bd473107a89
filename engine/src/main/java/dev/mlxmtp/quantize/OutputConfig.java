package dev.mlxmtp.quantize;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.checkpoint.QuantFormat;

/** The output's {@code config.json}: the source's, with what is packed how. */
final class OutputConfig {
  private OutputConfig() {}

  /**
   * A format for all, and an entry for each module that deviates, keyed by the path that mlx-lm and
   * mlx-vlm give it after renaming.
   */
  static ObjectNode of(Plan plan, Recipe recipe, ScaleRule scale) {
    ObjectNode config = plan.source().config().deepCopy();
    ObjectNode quantization = block(config.objectNode(), plan.format());
    for (Planned tensor : plan.tensors()) {
      tensor
          .format()
          .filter(format -> !format.equals(plan.format()))
          .ifPresent(format -> block(quantization.putObject(readersPath(tensor)), format));
    }
    config.set("quantization", quantization);
    config.set("quantization_config", quantization.deepCopy());
    if (config.get("text_config") instanceof ObjectNode text) {
      text.remove("quantization_config");
      if (!plan.source().hasMtp()) {
        text.put("mtp_num_hidden_layers", 0);
      }
    }
    if (!plan.source().hasMtp()) {
      config.put("mtp_num_hidden_layers", 0);
    }
    config.putObject("mlx_mtp").put("recipe", recipe.name()).put("scale", scale.label());
    return config;
  }

  private static ObjectNode block(ObjectNode at, QuantFormat format) {
    return at.put("group_size", format.group())
        .put("bits", format.bits())
        .put("mode", format.mode().configName());
  }

  private static String readersPath(Planned tensor) {
    String module = tensor.source().canonical();
    module = module.endsWith(".weight") ? module.substring(0, module.length() - 7) : module;
    boolean trunk = module.startsWith("layers.") || module.startsWith("embed_tokens");
    return "language_model." + (trunk ? "model." : "") + module;
  }
}
