package dev.mlxmtp.text.jinja;

import java.math.BigDecimal;
import java.util.List;

/** Python's equality and order of any two values. */
final class Comparison {
  private Comparison() {}

  static boolean equal(Value a, Value b, Budget budget) {
    budget.spend(1);
    if (Values.isNumber(a) && Values.isNumber(b)) {
      return compareNumbers(a, b) == 0;
    }
    return switch (a) {
      case Str s -> s.equals(b);
      case Value.Undefined u -> b instanceof Value.Undefined;
      case Value.Seq s ->
          b instanceof Value.Seq t && s.kind() == t.kind() && sameItems(s, t, budget);
      case Dict d -> b instanceof Dict e && sameEntries(d, e, budget);
      default -> a == b;
    };
  }

  private static boolean sameItems(Value.Seq a, Value.Seq b, Budget budget) {
    if (a.items().size() != b.items().size()) {
      return false;
    }
    budget.enter();
    for (int i = 0; i < a.items().size(); i++) {
      if (!equal(a.items().get(i), b.items().get(i), budget)) {
        budget.leave();
        return false;
      }
    }
    budget.leave();
    return true;
  }

  private static boolean sameEntries(Dict a, Dict b, Budget budget) {
    if (a.size() != b.size()) {
      return false;
    }
    budget.enter();
    boolean same = true;
    for (var entry : a.entries()) {
      var other = b.get(entry.key());
      if (other.isEmpty() || !equal(entry.value(), other.get(), budget)) {
        same = false;
        break;
      }
    }
    budget.leave();
    return same;
  }

  /** Equal numbers give 0; a NaN never does. */
  private static int compareNumbers(Value a, Value b) {
    if (a instanceof Value.Real || b instanceof Value.Real) {
      double x = Values.real(a);
      double y = Values.real(b);
      if (Double.isNaN(x) || Double.isNaN(y)) {
        return 2;
      }
      if (Double.isInfinite(x) || Double.isInfinite(y)) {
        return x == y ? 0 : Double.compare(x, y);
      }
      return exact(a).compareTo(exact(b));
    }
    return Values.whole(a).compareTo(Values.whole(b));
  }

  private static BigDecimal exact(Value number) {
    return number instanceof Value.Real r
        ? new BigDecimal(r.value())
        : new BigDecimal(Values.whole(number));
  }

  /**
   * Compares as Python's {@code <} does.
   *
   * @param operator the operator, for the message
   * @return negative, 0 or positive; 2 where a NaN makes every order false
   */
  static int compare(Value a, Value b, String operator, Budget budget) {
    budget.spend(1);
    if (Values.isNumber(a) && Values.isNumber(b)) {
      return compareNumbers(a, b);
    }
    if (a instanceof Str s && b instanceof Str t) {
      return Integer.signum(PyText.compare(s.text(), t.text()));
    }
    if (a instanceof Value.Seq s
        && b instanceof Value.Seq t
        && s.kind() == t.kind()
        && (s.kind() == Value.SeqKind.LIST || s.kind() == Value.SeqKind.TUPLE)) {
      budget.enter();
      int result = compareItems(s.items(), t.items(), operator, budget);
      budget.leave();
      return result;
    }
    Values.requireDefined(a);
    Values.requireDefined(b);
    throw new TemplateException(
        "'%s' not supported between instances of '%s' and '%s'"
            .formatted(operator, Values.typeName(a), Values.typeName(b)));
  }

  private static int compareItems(List<Value> a, List<Value> b, String operator, Budget budget) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      if (!equal(a.get(i), b.get(i), budget)) {
        return compare(a.get(i), b.get(i), operator, budget);
      }
    }
    return Integer.compare(a.size(), b.size());
  }
}
