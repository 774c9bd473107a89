package dev.mlxmtp.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The variables that can be seen at one place of a template, innermost first. */
final class Scope {
  private final Optional<Scope> outer;
  private final Map<String, Value> variables = new HashMap<>();

  Scope() {
    outer = Optional.empty();
  }

  private Scope(Scope outer) {
    this.outer = Optional.of(outer);
  }

  Scope inner() {
    return new Scope(this);
  }

  void set(String name, Value value) {
    variables.put(name, value);
  }

  Optional<Value> find(String name) {
    for (Optional<Scope> scope = Optional.of(this); scope.isPresent(); ) {
      var value = scope.get().variables.get(name);
      if (value != null) {
        return Optional.of(value);
      }
      scope = scope.get().outer;
    }
    return Optional.empty();
  }

  Value get(String name) {
    return find(name).orElseGet(() -> new Value.Undefined("'" + name + "' is undefined"));
  }
}
