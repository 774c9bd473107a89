package dev.mlxmtp.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON as checkpoints carry it. */
final class Json {
  // Python writes NaN and Infinity; a key given twice would hide one of the two.
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /** Parses an object; the message of the exception says where the text is wrong. */
  static JsonNode parseObject(byte[] utf8) throws JsonProcessingException {
    try {
      JsonNode node = MAPPER.readTree(utf8);
      if (!node.isObject()) {
        throw new NotAnObject();
      }
      return node;
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory cannot fail", e);
    }
  }

  /** Reads a file that must hold an object. */
  static JsonNode readObject(Path file) {
    try {
      return parseObject(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          file + " is not valid JSON (" + reason(e) + "); download it again.", e);
    } catch (IOException e) {
      throw new CheckpointException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  /** One line on what is wrong, with the line number where there is one. */
  static String reason(JsonProcessingException e) {
    String text = e.getOriginalMessage().lines().findFirst().orElse("malformed");
    return e.getLocation() == null ? text : "line " + e.getLocation().getLineNr() + ": " + text;
  }

  private static final class NotAnObject extends JsonProcessingException {
    private static final long serialVersionUID = 1L;

    private NotAnObject() {
      super("an object is expected");
    }
  }
}
