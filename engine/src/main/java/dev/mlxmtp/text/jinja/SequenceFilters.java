package dev.mlxmtp.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Filters on sequences and mappings as a whole. */
final class SequenceFilters {
  private SequenceFilters() {}

  static void addTo(Map<String, Filters.Filter> all) {
    all.put("length", SequenceFilters::length);
    all.put("count", SequenceFilters::length);
    all.put("list", (v, a, b) -> Value.Seq.list(Values.toList(v, b)));
    all.put("first", SequenceFilters::first);
    all.put("last", SequenceFilters::last);
    all.put("reverse", SequenceFilters::reverse);
    all.put("join", SequenceFilters::join);
    all.put("items", SequenceFilters::items);
    all.put("sort", SequenceFilters::sort);
    all.put("dictsort", SequenceFilters::dictSort);
    all.put("unique", (v, a, b) -> Value.Lazy.later(() -> unique(v, a, b)));
    all.put("min", (v, a, b) -> extreme("min", v, a, b, 1));
    all.put("max", (v, a, b) -> extreme("max", v, a, b, -1));
    all.put("sum", SequenceFilters::sum);
  }

  /** Looks up a path such as {@code a.b.0} in a value. */
  static UnaryOperator<Value> getter(Optional<Value> path, Budget budget) {
    if (path.isEmpty()) {
      return value -> value;
    }
    var keys = new ArrayList<Value>();
    if (path.get() instanceof Str s) {
      for (var part : s.text().split("\\.", -1)) {
        boolean isIndex =
            !part.isEmpty()
                && part.length() < 10
                && part.chars().allMatch(c -> c >= '0' && c <= '9');
        keys.add(isIndex ? Value.Int.of(Integer.parseInt(part)) : Str.trusted(part));
      }
    } else {
      keys.add(path.get());
    }
    return value -> {
      var result = value;
      for (var key : keys) {
        result = Attributes.item(result, key, budget);
      }
      return result;
    };
  }

  private static Value ignoreCase(Value value) {
    return value instanceof Str s ? StringCase.lower(s) : value;
  }

  private static Value length(Value input, Args args, Budget budget) {
    var length = Values.length(input);
    if (length.isEmpty()) {
      throw new TemplateException("object of type '" + Values.typeName(input) + "' has no len()");
    }
    return Value.Int.of(length.getAsInt());
  }

  private static Value first(Value input, Args args, Budget budget) {
    var values = Values.iterate(input);
    return values.hasNext()
        ? values.next()
        : new Value.Undefined("No first item, sequence was empty.");
  }

  private static Value last(Value input, Args args, Budget budget) {
    if (input instanceof Value.Lazy || !Values.isIterable(input)) {
      throw new TemplateException("'" + Values.typeName(input) + "' object is not reversible");
    }
    var all = Values.toList(input, budget);
    return all.isEmpty() ? new Value.Undefined("No last item, sequence was empty.") : all.getLast();
  }

  private static Value reverse(Value input, Args args, Budget budget) {
    if (input instanceof Str s) {
      var none = Value.None.NONE;
      return Attributes.slice(s, none, none, Value.Int.of(-1), budget);
    }
    if (!Values.isIterable(input)) {
      throw new TemplateException("argument must be iterable");
    }
    var all = new ArrayList<>(Values.toList(input, budget));
    Collections.reverse(all);
    return input instanceof Value.Lazy ? Value.Seq.list(all) : new Value.Lazy(all.iterator());
  }

  private static Value join(Value input, Args args, Budget budget) {
    var bound = args.bind("join", "d", "attribute");
    var separator = bound.find("d").map(d -> Repr.str(d, budget)).orElse(Str.EMPTY);
    var items = Values.toList(input, budget);
    var getter = getter(bound.some("attribute"), budget);
    return StringMethods.join(separator, items.stream().map(getter).toList(), budget);
  }

  private static Value items(Value input, Args args, Budget budget) {
    return Value.Lazy.later(
        () ->
            switch (input) {
              case Dict d -> d.items().iterator();
              case Value.Undefined u -> Collections.emptyIterator();
              default -> throw new TemplateException("Can only get item pairs from a mapping.");
            });
  }

  private static Value sort(Value input, Args args, Budget budget) {
    var bound = args.bind("sort", "reverse", "case_sensitive", "attribute");
    boolean caseSensitive = bound.truth("case_sensitive", false);
    var getters = new ArrayList<UnaryOperator<Value>>();
    if (bound.some("attribute").orElse(Value.None.NONE) instanceof Str paths) {
      for (var path : paths.text().split(",", -1)) {
        getters.add(getter(Optional.of(Str.trusted(path)), budget));
      }
    } else {
      getters.add(getter(bound.some("attribute"), budget));
    }
    Function<Value, Value> key =
        item -> {
          var parts = new ArrayList<Value>();
          for (var getter : getters) {
            var part = getter.apply(item);
            parts.add(caseSensitive ? part : ignoreCase(part));
          }
          return Value.Seq.list(parts);
        };
    return Value.Seq.list(
        sorted(Values.toList(input, budget), key, bound.truth("reverse", false), budget));
  }

  private record Keyed(Value key, Value item) {}

  private static List<Value> sorted(
      List<Value> items, Function<Value, Value> key, boolean reverse, Budget budget) {
    Comparator<Keyed> order =
        (a, b) -> {
          int result = Comparison.compare(a.key(), b.key(), "<", budget);
          return result == 2 ? 0 : result;
        };
    try {
      return items.stream()
          .map(item -> new Keyed(key.apply(item), item))
          .sorted(reverse ? order.reversed() : order)
          .map(Keyed::item)
          .toList();
    } catch (IllegalArgumentException e) {
      throw new TemplateException("The values have no order.");
    }
  }

  private static Value dictSort(Value input, Args args, Budget budget) {
    var bound = args.bind("dictsort", "case_sensitive", "by", "reverse");
    var by = bound.find("by").map(b -> Repr.str(b, budget).text()).orElse("key");
    if (!by.equals("key") && !by.equals("value")) {
      throw new TemplateException("You can only sort by either \"key\" or \"value\"");
    }
    Values.requireDefined(input);
    if (!(input instanceof Dict dict)) {
      throw new TemplateException(
          "'" + Values.typeName(input) + "' object has no attribute 'items'");
    }
    int index = by.equals("key") ? 0 : 1;
    boolean caseSensitive = bound.truth("case_sensitive", false);
    Function<Value, Value> key =
        pair -> {
          var part = ((Value.Seq) pair).items().get(index);
          return caseSensitive ? part : ignoreCase(part);
        };
    return Value.Seq.list(sorted(dict.items(), key, bound.truth("reverse", false), budget));
  }

  private static Iterator<Value> unique(Value input, Args args, Budget budget) {
    var bound = args.bind("unique", "case_sensitive", "attribute");
    boolean caseSensitive = bound.truth("case_sensitive", false);
    var getter = getter(bound.some("attribute"), budget);
    var seen = new HashSet<Object>();
    var kept = new ArrayList<Value>();
    for (var item : Values.toList(input, budget)) {
      var key = getter.apply(item);
      if (seen.add(Dict.hashable(caseSensitive ? key : ignoreCase(key)))) {
        kept.add(item);
      }
    }
    return kept.iterator();
  }

  private static Value extreme(String name, Value input, Args args, Budget budget, int sign) {
    var bound = args.bind(name, "case_sensitive", "attribute");
    boolean caseSensitive = bound.truth("case_sensitive", false);
    var getter = getter(bound.some("attribute"), budget);
    Optional<Keyed> best = Optional.empty();
    for (var item : Values.toList(input, budget)) {
      var key = getter.apply(item);
      var next = new Keyed(caseSensitive ? key : ignoreCase(key), item);
      if (best.isEmpty()
          || Comparison.compare(next.key(), best.get().key(), sign > 0 ? "<" : ">", budget)
              == -sign) {
        best = Optional.of(next);
      }
    }
    return best.map(Keyed::item)
        .orElseGet(() -> new Value.Undefined("No aggregated item, sequence was empty."));
  }

  private static Value sum(Value input, Args args, Budget budget) {
    var bound = args.bind("sum", "attribute", "start");
    var getter = getter(bound.some("attribute"), budget);
    Value total = bound.find("start").orElse(Value.Int.of(0));
    if (total instanceof Str) {
      throw new TemplateException("sum() can't sum strings [use ''.join(seq) instead]");
    }
    for (var item : Values.toList(input, budget)) {
      total = Operators.binary("+", total, getter.apply(item), budget);
    }
    return total;
  }
}
