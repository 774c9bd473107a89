package dev.mlxmtp.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of the tools: their names, and the JSON schema of each parameter. */
final class ToolSchemas {
  private final Map<String, Map<?, ?>> properties = new HashMap<>();

  private ToolSchemas() {}

  /** Reads tools in OpenAI's form, with or without the outer {@code {"type": "function"}}. */
  static ToolSchemas of(List<Map<String, Object>> tools) {
    var schemas = new ToolSchemas();
    for (var tool : tools) {
      Map<?, ?> function = tool.get("function") instanceof Map<?, ?> f ? f : tool;
      if (function.get("name") instanceof String name) {
        var found =
            function.get("parameters") instanceof Map<?, ?> parameters
                    && parameters.get("properties") instanceof Map<?, ?> p
                ? p
                : Map.of();
        schemas.properties.put(name, found);
      }
    }
    return schemas;
  }

  boolean isEmpty() {
    return properties.isEmpty();
  }

  boolean knows(String tool) {
    return properties.containsKey(tool);
  }

  /** Whether a known tool has some name that starts so. */
  boolean knowsPrefix(String start) {
    return properties.keySet().stream().anyMatch(name -> name.startsWith(start));
  }

  Optional<Map<?, ?>> schema(String tool, String parameter) {
    return properties.getOrDefault(tool, Map.of()).get(parameter) instanceof Map<?, ?> schema
        ? Optional.of(schema)
        : Optional.empty();
  }

  /** Whether a tool may have such a parameter: one with no known parameters may have any. */
  boolean mayHave(String tool, String parameter) {
    var known = properties.getOrDefault(tool, Map.of());
    return known.isEmpty() || known.containsKey(parameter);
  }
}
