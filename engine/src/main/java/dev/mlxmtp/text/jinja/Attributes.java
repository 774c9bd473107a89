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
    return s.slice(from, from + Character.charCount(s.text().codePointAt(from)));
  }

  private static Optional<Value> member(Value target, String name, Budget budget) {
    if (name.startsWith("__") && name.endsWith("__")) {
      return Optional.of(
          new Value.Undefined(
              "access to attribute '%s' of '%s' object is unsafe."
                  .formatted(name, Values.typeName(target))));
    }
    return switch (target) {
      case Str s -> StringMethods.find(s, name, budget);
      case Dict d -> CollectionMethods.find(d, name, budget);
      case Value.Seq s -> CollectionMethods.find(s, name, budget);
      case Value.Native n -> n.attribute(name);
      default -> Optional.empty();
    };
  }

  private static String typeOf(Value target) {
    return target == Value.None.NONE ? "None" : Values.typeName(target) + " object";
  }

  private static Value missing(Value target, Value key, Budget budget) {
    return key instanceof Str name
        ? new Value.Undefined(
            "'" + typeOf(target) + "' has no attribute " + Repr.repr(name, budget).text())
        : new Value.Undefined(typeOf(target) + " has no element " + Repr.repr(key, budget).text());
  }

  /** {@code target[from:to:step]}, absent bounds being None. */
  static Value slice(Value target, Value from, Value to, Value step, Budget budget) {
    Values.requireDefined(target);
    if (!(target instanceof Str) && !(target instanceof Value.Seq s && s.kind().hasItems())) {
      throw new TemplateException(
          target instanceof Dict
              ? "unhashable type: 'slice'"
              : "'" + Values.typeName(target) + "' object is not subscriptable");
    }
    if (!isBound(from) || !isBound(to) || !isBound(step)) {
      throw new TemplateException("slice indices must be integers or None");
    }
    int stride = step == Value.None.NONE ? 1 : Values.toInt(step);
    if (stride == 0) {
      throw new TemplateException("slice step cannot be zero");
    }
    return target instanceof Value.Seq s
        ? sliceItems(s, from, to, stride)
        : sliceText((Str) target, from, to, stride, budget);
  }

  private static boolean isBound(Value bound) {
    return bound == Value.None.NONE || isIndex(bound);
  }

  private static Value sliceItems(Value.Seq s, Value from, Value to, int stride) {
    var bounds = Bounds.of(from, to, stride, s.items().size());
    if (stride == 1) {
      var part = s.items().subList(bounds.from(), Math.max(bounds.from(), bounds.to()));
      return new Value.Seq(s.kind(), List.copyOf(part));
    }
    var items = new ArrayList<Value>();
    bounds.forEach(i -> items.add(s.items().get(i)));
    return new Value.Seq(s.kind(), items);
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
