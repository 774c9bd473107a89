package dev.mlxmtp.text.jinja;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/** The tests that follow {@code is}. */
final class Tests {

  /** A test of one value. */
  @FunctionalInterface
  private interface Check {
    boolean test(Value value, Args args, Budget budget);
  }

  private static final Map<String, Check> ALL = all();

  private Tests() {}

  static boolean check(String name, Value value, Args args, Budget budget) {
    var check = ALL.get(name);
    if (check == null) {
      throw new TemplateException("No test named '" + name + "'.");
    }
    return check.test(value, args, budget);
  }

  private static Map<String, Check> all() {
    var all = new HashMap<String, Check>();
    all.put("defined", (v, a, b) -> !(v instanceof Value.Undefined));
    all.put("undefined", (v, a, b) -> v instanceof Value.Undefined);
    all.put("none", (v, a, b) -> v == Value.None.NONE);
    all.put("boolean", (v, a, b) -> v instanceof Value.Bool);
    all.put("true", (v, a, b) -> v == Value.Bool.TRUE);
    all.put("false", (v, a, b) -> v == Value.Bool.FALSE);
    all.put("integer", (v, a, b) -> v instanceof Value.Int);
    all.put("float", (v, a, b) -> v instanceof Value.Real);
    all.put("number", (v, a, b) -> Values.isNumber(v));
    all.put("string", (v, a, b) -> v instanceof Str);
    all.put("mapping", (v, a, b) -> v instanceof Dict);
    all.put("sequence", (v, a, b) -> isSequence(v));
    all.put("iterable", (v, a, b) -> Values.isIterable(v));
    all.put("callable", (v, a, b) -> v instanceof Value.Callable || v instanceof Value.Undefined);
    all.put("escaped", (v, a, b) -> v instanceof Str s && s.isMarkup());
    all.put("upper", (v, a, b) -> StringCase.isUpper(Repr.str(v, b).text()));
    all.put("lower", (v, a, b) -> StringCase.isLower(Repr.str(v, b).text()));
    all.put("odd", (v, a, b) -> remainder(v, Value.Int.of(2), b, BigInteger.ONE));
    all.put("even", (v, a, b) -> remainder(v, Value.Int.of(2), b, BigInteger.ZERO));
    all.put("divisibleby", (v, a, b) -> remainder(v, other(a), b, BigInteger.ZERO));
    all.put("sameas", (v, a, b) -> isSame(v, other(a)));
    all.put("in", (v, a, b) -> Values.contains(other(a), v, b));
    all.put("filter", (v, a, b) -> v instanceof Str s && Filters.exists(s.text()));
    all.put("test", (v, a, b) -> v instanceof Str s && exists(s.text()));
    putComparison(all, "==", "eq", "equalto");
    putComparison(all, "!=", "ne");
    putComparison(all, "<", "lt", "lessthan");
    putComparison(all, "<=", "le");
    putComparison(all, ">", "gt", "greaterthan");
    putComparison(all, ">=", "ge");
    return Map.copyOf(all);
  }

  private static boolean exists(String name) {
    return ALL.containsKey(name);
  }

  private static void putComparison(Map<String, Check> all, String operator, String... names) {
    Check check = (v, a, b) -> compare(operator, v, other(a), b);
    all.put(operator, check);
    for (var name : names) {
      all.put(name, check);
    }
  }

  /** Compares by one of Python's six operators. */
  static boolean compare(String operator, Value left, Value right, Budget budget) {
    return switch (operator) {
      case "==" -> Comparison.equal(left, right, budget);
      case "!=" -> !Comparison.equal(left, right, budget);
      case "<" -> Comparison.compare(left, right, operator, budget) < 0;
      case "<=" -> Comparison.compare(left, right, operator, budget) <= 0;
      case ">" -> Comparison.compare(left, right, operator, budget) == 1;
      case ">=" -> {
        int order = Comparison.compare(left, right, operator, budget);
        yield order == 0 || order == 1;
      }
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static Value other(Args args) {
    return args.bind("test", "other").get("other");
  }

  private static boolean isSequence(Value value) {
    return switch (value) {
      case Str s -> true;
      case Dict d -> true;
      case Value.Seq s -> s.kind().hasItems();
      case Value.Undefined u -> true;
      default -> false;
    };
  }

  /** Python's {@code is}: constants are one object each, the rest only where it is the same. */
  private static boolean isSame(Value a, Value b) {
    return a == b || (a instanceof Value.Int && a.equals(b)) || (a instanceof Str && a.equals(b));
  }

  private static boolean remainder(Value value, Value by, Budget budget, BigInteger wanted) {
    var rest = Operators.binary("%", value, by, budget);
    return Comparison.equal(rest, new Value.Int(wanted), budget);
  }
}
