package dev.mlxmtp.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** What Python does with any value: truth, equality, order, iteration. */
public final class Values {
  private Values() {}

  /**
   * Turns plain Java data (null, booleans, numbers, strings, lists, maps) into values.
   *
   * @param data the data
   * @param trusted whether its strings may hold control tokens; keys of maps are treated alike
   * @throws IllegalArgumentException if it holds anything else
   */
  public static Value of(Object data, boolean trusted) {
    return switch (data) {
      case null -> Value.None.NONE;
      case Value value -> value;
      case Boolean b -> Value.Bool.of(b);
      case Integer i -> Value.Int.of(i);
      case Long l -> Value.Int.of(l);
      case BigInteger b -> new Value.Int(b);
      case BigDecimal b -> new Value.Real(b.doubleValue());
      case Double d -> new Value.Real(d);
      case Float f -> new Value.Real(f);
      case CharSequence s -> trusted ? Str.trusted(s.toString()) : Str.untrusted(s.toString());
      case List<?> list -> {
        var items = new ArrayList<Value>();
        list.forEach(item -> items.add(of(item, trusted)));
        yield Value.Seq.list(items);
      }
      case Map<?, ?> map -> {
        var dict = new Dict();
        map.forEach((key, value) -> dict.put(of(key, trusted), of(value, trusted)));
        yield dict;
      }
      default ->
          throw new IllegalArgumentException(
              "A template can't be given a " + data.getClass().getName() + ".");
    };
  }

  static boolean truthy(Value value) {
    return switch (value) {
      case Value.None n -> false;
      case Value.Undefined u -> false;
      case Value.Bool b -> b == Value.Bool.TRUE;
      case Value.Int i -> i.value().signum() != 0;
      case Value.Real r -> r.value() != 0;
      case Str s -> !s.text().isEmpty();
      case Value.Seq s -> !s.items().isEmpty();
      case Dict d -> d.size() > 0;
      case Loop l -> l.size() > 0;
      case Value.Lazy l -> true;
      case Value.Native n -> true;
    };
  }

  static String typeName(Value value) {
    return switch (value) {
      case Value.None n -> "NoneType";
      case Value.Undefined u -> "Undefined";
      case Value.Bool b -> "bool";
      case Value.Int i -> "int";
      case Value.Real r -> "float";
      case Str s -> "str";
      case Value.Seq s -> s.kind().pythonName();
      case Dict d -> "dict";
      case Value.Lazy l -> "generator";
      case Value.Native n -> n.typeName();
    };
  }

  static boolean isIterable(Value value) {
    return switch (value) {
      case Str s -> true;
      case Value.Seq s -> true;
      case Dict d -> true;
      case Value.Lazy l -> true;
      case Value.Undefined u -> true;
      case Loop l -> true;
      default -> false;
    };
  }

  static Iterator<Value> iterate(Value value) {
    return switch (value) {
      case Str s -> characters(s).iterator();
      case Value.Seq s -> s.items().iterator();
      case Dict d -> d.keys().iterator();
      case Value.Lazy l -> l.values();
      case Value.Undefined u -> List.<Value>of().iterator();
      default -> throw new TemplateException("'" + typeName(value) + "' object is not iterable");
    };
  }

  /** All values that iterating gives. */
  static List<Value> toList(Value value, Budget budget) {
    if (value instanceof Value.Seq s) {
      budget.spend(s.items().size());
      return s.items();
    }
    var all = new ArrayList<Value>();
    for (var values = iterate(value); values.hasNext(); ) {
      budget.spend(1);
      all.add(values.next());
    }
    return all;
  }

  static List<Value> characters(Str s) {
    var all = new ArrayList<Value>();
    for (int at = 0; at < s.text().length(); ) {
      int next = at + Character.charCount(s.text().codePointAt(at));
      all.add(s.slice(at, next).asMarkup(false));
      at = next;
    }
    return all;
  }

  /** Python's {@code len}; empty where the value has none. */
  static OptionalInt length(Value value) {
    return switch (value) {
      case Str s -> OptionalInt.of(PyText.length(s.text()));
      case Value.Seq s -> OptionalInt.of(s.items().size());
      case Dict d -> OptionalInt.of(d.size());
      case Value.Undefined u -> OptionalInt.of(0);
      case Loop l -> OptionalInt.of(l.size());
      default -> OptionalInt.empty();
    };
  }

  static boolean isNumber(Value value) {
    return value instanceof Value.Int || value instanceof Value.Real || value instanceof Value.Bool;
  }

  /** The whole number of an int or bool. */
  static BigInteger whole(Value value) {
    return switch (value) {
      case Value.Int i -> i.value();
      case Value.Bool b -> b == Value.Bool.TRUE ? BigInteger.ONE : BigInteger.ZERO;
      case Value.Undefined u -> throw new TemplateException(u.message());
      default ->
          throw new TemplateException(
              "'" + typeName(value) + "' object cannot be interpreted as an integer");
    };
  }

  /** A whole number, clamped to the range of an int (positions and counts only). */
  static int toInt(Value value) {
    var big = whole(value);
    return big.bitLength() < 31 ? big.intValue() : big.signum() * Integer.MAX_VALUE;
  }

  /** A Java double of a number. */
  static double real(Value value) {
    return value instanceof Value.Real r ? r.value() : whole(value).doubleValue();
  }

  static boolean contains(Value container, Value item, Budget budget) {
    return switch (container) {
      case Str s when item instanceof Str t -> {
        budget.search(s, t);
        yield s.text().contains(t.text());
      }
      case Str s ->
          throw new TemplateException(
              "'in <string>' requires string as left operand, not " + typeName(item));
      case Dict d -> d.get(item).isPresent();
      case Value v when isIterable(v) -> {
        for (var values = iterate(v); values.hasNext(); ) {
          if (Comparison.equal(values.next(), item, budget)) {
            yield true;
          }
        }
        yield false;
      }
      default ->
          throw new TemplateException(
              "argument of type '" + typeName(container) + "' is not iterable");
    };
  }

  static Value requireDefined(Value value) {
    if (value instanceof Value.Undefined u) {
      throw new TemplateException(u.message());
    }
    return value;
  }
}
