package dev.mlxmtp.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The one object whose attributes a template may set, from any scope. */
final class Namespace implements Value.Native {
  private final Map<String, Value> attributes = new HashMap<>();

  Namespace(Dict initial) {
    for (var entry : initial.entries()) {
      if (entry.key() instanceof Str name) {
        set(name.text(), entry.value());
      }
    }
  }

  void set(String name, Value value) {
    if (name.startsWith("_")) {
      throw new TemplateException(
          "Chat templates cannot store underscore-prefixed attributes on a namespace, but got '"
              + name
              + "'. Please rename the attribute.");
    }
    attributes.put(name, value);
  }

  @Override
  public String typeName() {
    return "Namespace";
  }

  @Override
  public Optional<Value> attribute(String name) {
    return Optional.ofNullable(attributes.get(name));
  }
}
