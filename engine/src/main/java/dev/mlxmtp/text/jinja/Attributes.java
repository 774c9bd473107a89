package dev.mlxmtp.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code value.name}, {@code value[key]} and {@code value[from:to:step]}. */
final class Attributes {
  private Attributes() {}

  /** {@code target.name}: the attribute, else the item, else undefined. */
  static Value attribute(Value target, String name, Budget budget) {
    Values.requireDefined(target);
    return member(target, name, budget)
        .or(() -> target instanceof Dict d ? d.get(name) : Optional.empty())
        .orElseGet(() -> missing(target, Str.trusted(name), budget));
  }

  /** {@code target[key]}: the item, else the attribute, else undefined. */
  static Value item(Value target, Value key, Budget budget) {
    Values.requireDefined(target);
    Optional<Value> found =
        switch (target) {
          case Dict d -> d.get(key);
          case Value.Seq s when s.kind().hasItems() && isIndex(key) ->
              index(key, s.items().size()).map(s.items()::get);
          case Str s when isIndex(key) ->
              index(key, PyText.length(s.text())).map(i -> character(s, i));
          default -> Optional.empty();
        };
    if (found.isEmpty() && key instanceof Str name) {
      found = member(target, name.text(), budget);
    }
    return found.orElseGet(() -> missing(target, key, budget));
  }

  private static boolean isIndex(Value key) {
    return key instanceof Value.Int || key instanceof Value.Bool;
  }

  private static Optional<Integer> index(Value key, int size) {
    long index = Values.toInt(key);
    if (index < 0) {
      index += size;
    }
    return index >= 0 && index < size ? Optional.of((int) index) : Optional.empty();
  }

  private static Str character(Str s, int index) {
    int from = PyText.offset(s.text(), index);
    return s.slice(from, PyText.offset(s.text().substring(from), 1) + from);
  }

  private static Optional<Value> member(Value target, String name, Budget budget) {
    if (name.startsWith("_")) {
      return Optional.empty();
    }
    return switch (target) {
      case Str s -> StringMethods.find(s, name, budget);
      case Dict d -> CollectionMethods.find(d, name, budget);
      case Value.Seq s -> CollectionMethods.find(s, name, budget);
      case Value.Native n -> n.attribute(name);
      default -> Optional.empty();
    };
  }

  private static Value missing(Value target, Value key, Budget budget) {
    var type =
        switch (target) {
          case Value.None n -> "None";
          default -> Values.typeName(target) + " object";
        };
    return key instanceof Str name
        ? new Value.Undefined("'" + type + "' has no attribute " + Repr.repr(name, budget).text())
        : new Value.Undefined(type + " has no element " + Repr.repr(key, budget).text());
  }

  /** {@code target[from:to:step]}, absent bounds being None. */
  static Value slice(Value target, Value from, Value to, Value step, Budget budget) {
    Values.requireDefined(target);
    int stride = step == Value.None.NONE ? 1 : Values.toInt(step);
    if (stride == 0) {
      throw new TemplateException("slice step cannot be zero");
    }
    return switch (target) {
      case Str s -> sliceText(s, from, to, stride, budget);
      case Value.Seq s when s.kind().hasItems() -> {
        var bounds = Bounds.of(from, to, stride, s.items().size());
        if (stride == 1) {
          var part = s.items().subList(bounds.from(), Math.max(bounds.from(), bounds.to()));
          yield new Value.Seq(s.kind(), part);
        }
        var items = new ArrayList<Value>();
        bounds.forEach(i -> items.add(s.items().get(i)));
        yield new Value.Seq(s.kind(), items);
      }
      default ->
          throw new TemplateException(
              "'" + Values.typeName(target) + "' object is not subscriptable by a slice");
    };
  }

  private static Value sliceText(Str s, Value from, Value to, int stride, Budget budget) {
    var text = s.text();
    var bounds = Bounds.of(from, to, stride, PyText.length(text));
    if (stride == 1) {
      int start = PyText.offset(text, bounds.from());
      int end = PyText.offset(text, Math.max(bounds.from(), bounds.to()));
      return s.slice(start, end);
    }
    List<Value> characters = Values.characters(s);
    var out = new StrBuilder();
    bounds.forEach(i -> out.append((Str) characters.get(i)));
    budget.spend(out.length());
    return out.build().asMarkup(s.isMarkup());
  }

  /** The resolved bounds of a slice. */
  private record Bounds(int from, int to, int step) {

    static Bounds of(Value from, Value to, int step, int size) {
      int lowest = step > 0 ? 0 : -1;
      int highest = step > 0 ? size : size - 1;
      return new Bounds(
          resolve(from, step > 0 ? lowest : highest, lowest, highest, size),
          resolve(to, step > 0 ? highest : lowest, lowest, highest, size),
          step);
    }

    private static int resolve(Value bound, int absent, int lowest, int highest, int size) {
      if (bound == Value.None.NONE) {
        return absent;
      }
      if (!isIndex(bound)) {
        Values.requireDefined(bound);
        throw new TemplateException("slice indices must be integers or None");
      }
      long at = Values.toInt(bound);
      return Math.clamp(at < 0 ? at + size : at, lowest, highest);
    }

    void forEach(java.util.function.IntConsumer action) {
      for (long i = from; step > 0 ? i < to : i > to; i += step) {
        action.accept((int) i);
      }
    }
  }
}
