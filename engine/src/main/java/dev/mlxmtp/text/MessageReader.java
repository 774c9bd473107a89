package dev.mlxmtp.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a {@link Message} out of parsed JSON. */
final class MessageReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private MessageReader() {}

  static Message read(Map<String, ?> fields) {
    return new Message(
        text(fields, "role")
            .orElseThrow(() -> new IllegalArgumentException("A message needs a role.")),
        content(fields.get("content")),
        text(fields, "reasoning_content").or(() -> text(fields, "reasoning")),
        toolCalls(fields.get("tool_calls")),
        text(fields, "tool_call_id"),
        text(fields, "name"));
  }

  private static Optional<String> text(Map<String, ?> fields, String name) {
    return switch (fields.get(name)) {
      case null -> Optional.empty();
      case String s -> Optional.of(s);
      default -> throw new IllegalArgumentException("The field " + name + " must be a string.");
    };
  }

  private static Optional<Message.Content> content(Object content) {
    return switch (content) {
      case null -> Optional.empty();
      case String s -> Optional.of(new Message.Content.Text(s));
      case List<?> parts -> {
        var read = new ArrayList<Map<String, Object>>();
        for (var part : parts) {
          read.add(
              part instanceof String s
                  ? Map.of("type", "text", "text", s)
                  : map(part, "A part of a message's content must be an object."));
        }
        yield Optional.of(new Message.Content.Parts(read));
      }
      default ->
          throw new IllegalArgumentException(
              "The content of a message must be a string or a list of parts.");
    };
  }

  private static List<Message.ToolCall> toolCalls(Object calls) {
    if (calls == null) {
      return List.of();
    }
    if (!(calls instanceof List<?> list)) {
      throw new IllegalArgumentException("The field tool_calls must be a list.");
    }
    return list.stream().map(MessageReader::toolCall).toList();
  }

  private static Message.ToolCall toolCall(Object call) {
    var fields = map(call, "A tool call must be an object.");
    var function =
        fields.get("function") == null
            ? fields
            : map(fields.get("function"), "The function of a tool call must be an object.");
    var name =
        text(function, "name")
            .orElseThrow(() -> new IllegalArgumentException("A tool call needs a name."));
    return new Message.ToolCall(
        text(fields, "id"), name, arguments(function.get("arguments"), name));
  }

  private static Map<String, Object> arguments(Object arguments, String tool) {
    var complaint = "The arguments of the call of " + tool + " must be a JSON object.";
    return switch (arguments) {
      case null -> Map.of();
      case String s when s.isBlank() -> Map.of();
      case String s -> {
        try {
          yield map(JSON.readValue(s, new TypeReference<Object>() {}), complaint);
        } catch (JsonProcessingException e) {
          throw new IllegalArgumentException(complaint, e);
        }
      }
      default -> map(arguments, complaint);
    };
  }

  private static Map<String, Object> map(Object value, String complaint) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(complaint);
    }
    var result = new LinkedHashMap<String, Object>();
    map.forEach((key, entry) -> result.put(String.valueOf(key), entry));
    return result;
  }
}
