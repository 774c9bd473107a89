package dev.mlxmtp.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** What {@code tokenizer.json} says about tokens and their ids. */
final class TokenizerFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * An added token.
   *
   * @param special whether it is left out of decoded text
   */
  record Added(String name, int id, boolean special) {}

  private final Path file;
  private final Map<Integer, Added> added = new TreeMap<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final int vocabularySize;

  private TokenizerFile(Path file, JsonNode root) {
    this.file = file;
    readVocabulary(root.path("model").path("vocab"));
    for (var token : root.path("added_tokens")) {
      var name = token.path("content").asText();
      int id = token.path("id").asInt(-1);
      added.put(id, new Added(name, id, token.path("special").asBoolean()));
      ids.put(name, id);
    }
    vocabularySize = new HashSet<>(ids.values()).size();
  }

  /** A vocabulary is a map to ids, or a list of pairs in the order of ids. */
  private void readVocabulary(JsonNode vocabulary) {
    if (vocabulary.isArray()) {
      for (int id = 0; id < vocabulary.size(); id++) {
        ids.put(vocabulary.get(id).path(0).asText(), id);
      }
    } else {
      vocabulary.properties().forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
    }
  }

  static TokenizerFile read(Path folder) {
    var file = folder.resolve("tokenizer.json");
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new ModelFilesException(
          folder
              + " has no tokenizer.json; copy it there from the model's publisher, or name another"
              + " folder.",
          e);
    } catch (IOException e) {
      throw unusable(file, e);
    }
    if (root == null || !root.path("model").path("vocab").isContainerNode()) {
      throw unusable(file, null);
    }
    return new TokenizerFile(file, root);
  }

  private static ModelFilesException unusable(Path file, Throwable cause) {
    return new ModelFilesException(
        file + " is not a tokenizer that can be read; copy the file anew.", cause);
  }

  ModelFilesException unusable(Throwable cause) {
    return unusable(file, cause);
  }

  /** The file as it is. */
  byte[] bytes() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** The file as if no token had been added to the vocabulary. */
  byte[] withoutAddedTokens() {
    try {
      var root = (ObjectNode) JSON.readTree(file.toFile());
      root.putArray("added_tokens");
      return JSON.writeValueAsBytes(root);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  Map<Integer, Added> added() {
    return Collections.unmodifiableMap(added);
  }

  Map<Integer, String> addedNames() {
    var names = new TreeMap<Integer, String>();
    added.values().forEach(token -> names.put(token.id(), token.name()));
    return Collections.unmodifiableMap(names);
  }

  boolean isAdded(int id) {
    return added.containsKey(id);
  }

  OptionalInt id(String token) {
    var id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  int vocabularySize() {
    return vocabularySize;
  }
}
