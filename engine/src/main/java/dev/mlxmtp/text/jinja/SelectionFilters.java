package dev.mlxmtp.text.jinja;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Filters that look at each value of a sequence in turn: all of them give a generator. */
final class SelectionFilters {
  private SelectionFilters() {}

  static void addTo(Map<String, Filters.Filter> all) {
    all.put("map", (v, a, b) -> Value.Lazy.later(() -> map(v, a, b)));
    all.put("select", (v, a, b) -> Value.Lazy.later(() -> select(v, a, b, false, true)));
    all.put("reject", (v, a, b) -> Value.Lazy.later(() -> select(v, a, b, false, false)));
    all.put("selectattr", (v, a, b) -> Value.Lazy.later(() -> select(v, a, b, true, true)));
    all.put("rejectattr", (v, a, b) -> Value.Lazy.later(() -> select(v, a, b, true, false)));
  }

  private static Iterator<Value> map(Value input, Args args, Budget budget) {
    if (!Values.truthy(input)) {
      return Collections.emptyIterator();
    }
    var function = mapping(args, budget);
    var source = Values.iterate(input);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return source.hasNext();
      }

      @Override
      public Value next() {
        return function.apply(source.next());
      }
    };
  }

  private static UnaryOperator<Value> mapping(Args args, Budget budget) {
    if (args.positional().isEmpty() && args.named().containsKey("attribute")) {
      var named = new LinkedHashMap<>(args.named());
      var getter = SequenceFilters.getter(Optional.of(named.remove("attribute")), budget);
      var fallback = Optional.ofNullable(named.remove("default")).filter(v -> v != Value.None.NONE);
      if (!named.isEmpty()) {
        throw new TemplateException(
            "Unexpected keyword argument '" + named.firstEntry().getKey() + "'");
      }
      return item -> {
        var value = getter.apply(item);
        return value instanceof Value.Undefined ? fallback.orElse(value) : value;
      };
    }
    if (args.positional().isEmpty()) {
      throw new TemplateException("map requires a filter argument");
    }
    var name = Repr.str(args.positional().getFirst(), budget).text();
    var rest = args.drop(1);
    return item -> Filters.apply(name, item, rest, budget);
  }

  private static Iterator<Value> select(
      Value input, Args args, Budget budget, boolean byAttribute, boolean wanted) {
    if (!Values.truthy(input)) {
      return Collections.emptyIterator();
    }
    if (byAttribute && args.positional().isEmpty()) {
      throw new TemplateException("Missing parameter for attribute name");
    }
    var getter =
        SequenceFilters.getter(
            byAttribute ? Optional.of(args.positional().getFirst()) : Optional.empty(), budget);
    var rest = args.drop(byAttribute ? 1 : 0);
    Predicate<Value> test =
        rest.positional().isEmpty()
            ? Values::truthy
            : value ->
                Tests.check(
                    Repr.str(rest.positional().getFirst(), budget).text(),
                    value,
                    rest.drop(1),
                    budget);
    return new Selected(Values.iterate(input), v -> test.test(getter.apply(v)) == wanted, budget);
  }

  /** The values of a source that pass a test. */
  private static final class Selected implements Iterator<Value> {
    private final Iterator<Value> source;
    private final Predicate<Value> test;
    private final Budget budget;
    private Optional<Value> next = Optional.empty();

    Selected(Iterator<Value> source, Predicate<Value> test, Budget budget) {
      this.source = source;
      this.test = test;
      this.budget = budget;
    }

    @Override
    public boolean hasNext() {
      while (next.isEmpty() && source.hasNext()) {
        budget.spend(1);
        next = Optional.of(source.next()).filter(test);
      }
      return next.isPresent();
    }

    @Override
    public Value next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      var value = next.orElseThrow();
      next = Optional.empty();
      return value;
    }
  }
}
