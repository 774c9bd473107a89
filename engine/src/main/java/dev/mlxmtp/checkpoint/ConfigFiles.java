package dev.mlxmtp.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The JSON files of a checkpoint folder, of a model type that is supported. */
record ConfigFiles(
    JsonNode config, JsonNode text, Optional<JsonNode> vision, Optional<JsonNode> generation) {
  static final String NAME = "config.json";

  private static final List<String> SUPPORTED =
      List.of("qwen3_5", "qwen3_5_moe", "qwen3_5_text", "qwen3_5_moe_text");
  private static final Set<String> MOE = Set.of("qwen3_5_moe", "qwen3_5_moe_text");

  static ConfigFiles read(Path folder) {
    if (!Files.exists(folder)) {
      throw new CheckpointException(
          "There is no folder "
              + folder
              + "; give the folder of a model, or org/name of a"
              + " downloaded one.");
    }
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          folder + " is a file; give the folder that holds config.json and the safetensors files.");
    }
    Path file = folder.resolve(NAME);
    if (!Files.exists(file)) {
      throw new CheckpointException(
          folder + " holds no config.json; give the folder of a model in the Hugging Face layout.");
    }
    JsonNode config = Json.readObject(file);
    refuseOthers(file, config);
    Path generation = folder.resolve("generation_config.json");
    return new ConfigFiles(
        config,
        object(file, config, "text_config").orElse(config),
        object(file, config, "vision_config"),
        Files.exists(generation) ? Optional.of(Json.readObject(generation)) : Optional.empty());
  }

  boolean isMoe() {
    return MOE.contains(config.path("model_type").asText());
  }

  /** The text model's own flag, else the one of the whole. */
  boolean isTied() {
    JsonNode own = text.path("tie_word_embeddings");
    return (own.isMissingNode() ? config.path("tie_word_embeddings") : own).asBoolean(false);
  }

  private static Optional<JsonNode> object(Path file, JsonNode config, String key) {
    JsonNode node = config.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isObject()) {
      throw new CheckpointException(
          file + " gives " + key + " as " + node.getNodeType() + " where an object is needed.");
    }
    return Optional.of(node);
  }

  private static void refuseOthers(Path file, JsonNode config) {
    String type = config.path("model_type").asText("");
    if (isDflash(config)) {
      throw new CheckpointException(
          file
              + " describes a DFlash drafter, which drafts for another model and is none itself;"
              + " give the folder of the model it belongs to.");
    }
    if (SUPPORTED.contains(type)) {
      return;
    }
    String why =
        switch (type) {
          case "" -> "names no model_type";
          case "qwen4_exp" ->
              "is of model_type qwen4_exp, a different architecture (hyper-connections, sparse"
                  + " attention, n-gram embeddings) that is not supported";
          case "qwen3_next" ->
              "is of model_type qwen3_next, the predecessor with fused, interleaved projections,"
                  + " which is not supported";
          case "qwen3_5_mtp" ->
              "describes a stand-alone MTP head without its model (model_type qwen3_5_mtp); give"
                  + " the folder of the model, with the head's mtp.* tensors in it";
          default -> "is of model_type " + type + ", which is not supported";
        };
    throw new CheckpointException(
        file + " " + why + ". Supported: " + String.join(", ", SUPPORTED) + ".");
  }

  private static boolean isDflash(JsonNode config) {
    if (config.has("dflash_config")) {
      return true;
    }
    for (JsonNode architecture : config.path("architectures")) {
      if (architecture.asText().startsWith("DFlash")) {
        return true;
      }
    }
    return config.path("model_type").asText().startsWith("dflash");
  }
}
