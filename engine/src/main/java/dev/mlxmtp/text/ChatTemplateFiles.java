package dev.mlxmtp.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the files of a model's folder say about its chat template.
 *
 * @param general the template
 * @param forTools another one for conversations with tools, in some older models
 * @param specialTokens tokens by the names that templates use
 */
record ChatTemplateFiles(
    String general, Optional<String> forTools, Map<String, String> specialTokens) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TOKEN_NAMES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /** What there is; nothing if the folder has no template. */
  static Optional<ChatTemplateFiles> find(Path folder) {
    var config = json(folder.resolve("tokenizer_config.json"));
    var tokens = specialTokens(config);
    var file = folder.resolve("chat_template.jinja");
    if (Files.isRegularFile(file)) {
      try {
        return Optional.of(new ChatTemplateFiles(Files.readString(file), Optional.empty(), tokens));
      } catch (IOException e) {
        throw new ModelFilesException(file + " can't be read; copy the file anew.", e);
      }
    }
    var template = json(folder.resolve("chat_template.json")).path("chat_template");
    if (template.isMissingNode()) {
      template = config.path("chat_template");
    }
    var forTools = named(template, "tool_use");
    return (template.isTextual() ? Optional.of(template.asText()) : named(template, "default"))
        .or(() -> forTools)
        .map(general -> new ChatTemplateFiles(general, forTools, tokens));
  }

  private static JsonNode json(Path file) {
    if (!Files.isRegularFile(file)) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new ModelFilesException(file + " is not valid JSON; copy the file anew.", e);
    }
  }

  private static Optional<String> named(JsonNode list, String name) {
    for (var entry : list) {
      if (entry.path("name").asText().equals(name) && entry.path("template").isTextual()) {
        return Optional.of(entry.path("template").asText());
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> specialTokens(JsonNode config) {
    var tokens = new LinkedHashMap<String, String>();
    for (var name : TOKEN_NAMES) {
      var token = config.path(name);
      var text = token.isObject() ? token.path("content") : token;
      if (text.isTextual()) {
        tokens.put(name, text.asText());
      }
    }
    return tokens;
  }
}
