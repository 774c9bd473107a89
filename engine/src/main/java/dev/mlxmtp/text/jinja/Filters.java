package dev.mlxmtp.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The filters that follow {@code |}. */
final class Filters {

  /** A filter, given the value before the bar. */
  @FunctionalInterface
  interface Filter {
    Value apply(Value input, Args args, Budget budget);
  }

  private static final Map<String, Filter> ALL = all();

  private Filters() {}

  static boolean exists(String name) {
    return ALL.containsKey(name);
  }

  static Value apply(String name, Value input, Args args, Budget budget) {
    var filter = ALL.get(name);
    if (filter == null) {
      throw new TemplateException("No filter named '" + name + "'.");
    }
    return filter.apply(input, args, budget);
  }

  private static Map<String, Filter> all() {
    var all = new HashMap<String, Filter>();
    StringFilters.addTo(all);
    SequenceFilters.addTo(all);
    SelectionFilters.addTo(all);
    NumberFilters.addTo(all);
    all.put("default", Filters::fallback);
    all.put("d", Filters::fallback);
    all.put("attr", Filters::attribute);
    all.put("tojson", Filters::toJson);
    return Map.copyOf(all);
  }

  private static Value fallback(Value input, Args args, Budget budget) {
    var bound = args.bind("default", "default_value", "boolean");
    boolean absent =
        input instanceof Value.Undefined
            || (bound.truth("boolean", false) && !Values.truthy(input));
    return absent ? bound.find("default_value").orElse(Str.EMPTY) : input;
  }

  /** Looks only at attributes, never at items; a name that isn't there is undefined. */
  private static Value attribute(Value input, Args args, Budget budget) {
    var name = args.bind("attr", "name").text("name");
    if (input instanceof Dict dict) {
      return CollectionMethods.find(dict, name.text(), budget)
          .orElseGet(() -> Attributes.attribute(new Dict(), name.text(), budget));
    }
    return Attributes.attribute(input, name.text(), budget);
  }

  private static Value toJson(Value input, Args args, Budget budget) {
    var bound = args.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
    Optional<Value> indent = bound.some("indent");
    var unit =
        indent.map(
            i -> i instanceof Str s ? s.text() : " ".repeat(Math.clamp(Values.toInt(i), 0, 100)));
    var item = indent.isPresent() ? "," : ", ";
    var key = ": ";
    var separators = bound.some("separators");
    if (separators.isPresent()) {
      var pair = Values.toList(separators.get(), budget);
      if (pair.size() != 2 || !(pair.get(0) instanceof Str a) || !(pair.get(1) instanceof Str b)) {
        throw new TemplateException("separators must be two strings");
      }
      item = a.text();
      key = b.text();
    }
    var style =
        new JsonWriter.Style(
            bound.truth("ensure_ascii", false),
            indent.isPresent(),
            unit.orElse(""),
            item,
            key,
            bound.truth("sort_keys", false));
    return JsonWriter.write(input, style, budget);
  }
}
