package dev.mlxmtp.text.jinja;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The evaluated arguments of a call: by position, and by name in the order they were written. */
public record Args(List<Value> positional, Map<String, Value> named) {
  static final Args NONE = new Args(List.of(), Map.of());

  static Args of(Value... values) {
    return new Args(List.of(values), Map.of());
  }

  /** These arguments without the first {@code count} by position. */
  Args drop(int count) {
    return new Args(positional.subList(count, positional.size()), named);
  }

  /** Gives every argument the name of its parameter. */
  Bound bind(String callee, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new TemplateException(
          "%s() takes at most %d arguments (%d given)"
              .formatted(callee, parameters.length, positional.size()));
    }
    var values = new HashMap<String, Value>();
    for (int i = 0; i < positional.size(); i++) {
      values.put(parameters[i], positional.get(i));
    }
    var allowed = List.of(parameters);
    for (var entry : named.entrySet()) {
      if (!allowed.contains(entry.getKey())) {
        throw new TemplateException(
            callee + "() got an unexpected keyword argument '" + entry.getKey() + "'");
      }
      if (values.put(entry.getKey(), entry.getValue()) != null) {
        throw new TemplateException(
            callee + "() got multiple values for argument '" + entry.getKey() + "'");
      }
    }
    return new Bound(callee, values);
  }

  /** The named arguments as a dict. */
  Dict namedAsDict() {
    var dict = new Dict();
    new LinkedHashMap<>(named).forEach((name, value) -> dict.put(Str.trusted(name), value));
    return dict;
  }

  /** Arguments by the names of their parameters. */
  record Bound(String callee, Map<String, Value> values) {

    Optional<Value> find(String name) {
      return Optional.ofNullable(values.get(name));
    }

    /** The argument, absent also where it was given as None. */
    Optional<Value> some(String name) {
      return find(name).filter(v -> v != Value.None.NONE);
    }

    Value get(String name) {
      return find(name)
          .orElseThrow(
              () -> new TemplateException(callee + "() is missing the argument '" + name + "'"));
    }

    Str text(String name) {
      if (get(name) instanceof Str s) {
        return s;
      }
      throw new TemplateException(
          "%s() needs a string for '%s', not %s"
              .formatted(callee, name, Values.typeName(get(name))));
    }

    boolean truth(String name, boolean fallback) {
      return find(name).map(Values::truthy).orElse(fallback);
    }

    int number(String name, int fallback) {
      return find(name).map(v -> Values.toInt(v)).orElse(fallback);
    }
  }
}
