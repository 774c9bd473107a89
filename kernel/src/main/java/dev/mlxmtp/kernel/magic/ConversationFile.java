package dev.mlxmtp.kernel.magic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A conversation as JSON: {@code {"messages": [{"role": …, "content": …}, …]}}. */
final class ConversationFile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MESSAGES = "messages";
  private static final List<String> ROLES = List.of("system", "user", "assistant");

  private ConversationFile() {}

  /** Writes a whole file or none. */
  static void write(Path file, List<Message> messages) {
    List<Map<String, String>> written = messages.stream().map(ConversationFile::fields).toList();
    Path target = file.toAbsolutePath();
    Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
    try {
      Files.writeString(
          partial,
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(Map.of(MESSAGES, written))
              + "\n");
      Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new MagicException(
          "The conversation can't be written to " + file + ": " + reason(e) + ".", e);
    }
  }

  private static Map<String, String> fields(Message message) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("role", message.role());
    fields.put("content", message.plainText().orElse(""));
    message.reasoningContent().ifPresent(text -> fields.put("reasoning_content", text));
    return fields;
  }

  static List<Message> read(Path file) {
    Map<String, Object> fields;
    try {
      fields = JSON.readValue(Files.readString(file), new TypeReference<Map<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new MagicException(file + " is not JSON, at line " + line(e) + ".", e);
    } catch (IOException e) {
      throw new MagicException(
          "The conversation " + file + " can't be read: " + reason(e) + ".", e);
    }
    if (!(fields.get(MESSAGES) instanceof List<?> messages)) {
      throw new MagicException(file + " holds no conversation: it has no list `messages`.");
    }
    try {
      List<Message> read = messages.stream().map(ConversationFile::message).toList();
      check(read);
      return read;
    } catch (IllegalArgumentException e) {
      throw new MagicException(file + " holds no conversation: " + e.getMessage(), e);
    }
  }

  private static Message message(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("A message must be an object.");
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    map.forEach((name, field) -> fields.put(String.valueOf(name), field));
    return Message.of(fields);
  }

  private static void check(List<Message> messages) {
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      if (!ROLES.contains(message.role()) || message.role().equals("system") && i > 0) {
        throw new IllegalArgumentException(
            "Message " + (i + 1) + " has the role `" + message.role() + "` in this place.");
      }
      if (message.plainText().isEmpty()) {
        throw new IllegalArgumentException("Message " + (i + 1) + " has no text.");
      }
    }
  }

  private static int line(JsonProcessingException e) {
    return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
  }

  private static String reason(IOException e) {
    return e instanceof NoSuchFileException ? "there is no such file or folder" : e.getMessage();
  }
}
