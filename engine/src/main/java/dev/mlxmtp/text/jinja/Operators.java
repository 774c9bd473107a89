package dev.mlxmtp.text.jinja;

import java.math.BigInteger;
import java.util.ArrayList;

/** Python's arithmetic. */
final class Operators {
  /** Longest whole number a template may compute, in bits. */
  private static final int MAX_BITS = 1 << 13;

  private Operators() {}

  static Value binary(String operator, Value left, Value right, Budget budget) {
    if (Values.isNumber(left) && Values.isNumber(right)) {
      return left instanceof Value.Real || right instanceof Value.Real
          ? real(operator, Values.real(left), Values.real(right))
          : whole(operator, Values.whole(left), Values.whole(right));
    }
    if (operator.equals("%") && left instanceof Str format) {
      return PercentFormat.format(format, right, budget);
    }
    if (operator.equals("+") && left instanceof Str a && right instanceof Str b) {
      return concat(a, b);
    }
    if (operator.equals("+")
        && left instanceof Value.Seq a
        && right instanceof Value.Seq b
        && a.kind() == b.kind()
        && isListOrTuple(a)) {
      Budget.checkLength((long) a.items().size() + b.items().size());
      var items = new ArrayList<>(a.items());
      items.addAll(b.items());
      return new Value.Seq(a.kind(), items);
    }
    if (operator.equals("*") && isWhole(right)) {
      return repeat(left, right, right, budget);
    }
    if (operator.equals("*") && isWhole(left)) {
      return repeat(right, left, right, budget);
    }
    throw unsupported(operator, left, right);
  }

  private static boolean isListOrTuple(Value.Seq seq) {
    return seq.kind() == Value.SeqKind.LIST || seq.kind() == Value.SeqKind.TUPLE;
  }

  private static boolean isWhole(Value value) {
    return value instanceof Value.Int || value instanceof Value.Bool;
  }

  private static Value repeat(Value what, Value count, Value right, Budget budget) {
    long times = Math.max(0, Values.toInt(count));
    switch (what) {
      case Str s -> {
        budget.spend(Budget.checkLength(s.text().length() * times) + 1);
        var out = new StrBuilder();
        for (long i = 0; i < times && !s.text().isEmpty(); i++) {
          out.append(s);
        }
        return out.build().asMarkup(s.isMarkup());
      }
      case Value.Seq s when isListOrTuple(s) -> {
        budget.spend(Budget.checkLength(s.items().size() * times) + 1);
        var items = new ArrayList<Value>();
        for (long i = 0; i < times && !s.items().isEmpty(); i++) {
          items.addAll(s.items());
        }
        return new Value.Seq(s.kind(), items);
      }
      default -> throw unsupported("*", what == right ? count : what, right);
    }
  }

  private static TemplateException unsupported(String operator, Value left, Value right) {
    Values.requireDefined(left);
    Values.requireDefined(right);
    if (operator.equals("+") && left instanceof Str) {
      return new TemplateException(
          "can only concatenate str (not \"" + Values.typeName(right) + "\") to str");
    }
    return new TemplateException(
        "unsupported operand type(s) for %s: '%s' and '%s'"
            .formatted(
                operator.equals("**") ? "** or pow()" : operator,
                Values.typeName(left),
                Values.typeName(right)));
  }

  /** Joins two strings; one that is marked safe makes the other be escaped. */
  static Str concat(Str a, Str b) {
    if (a.isMarkup() || b.isMarkup()) {
      return StrBuilder.join(escaped(a), escaped(b)).asMarkup(true);
    }
    return StrBuilder.join(a, b);
  }

  /** The string with HTML's special characters escaped, unless it is marked safe. */
  static Str escaped(Str s) {
    if (s.isMarkup()) {
      return s;
    }
    var out = new StrBuilder();
    for (int i = 0; i < s.text().length(); i++) {
      var part = s.slice(i, i + 1);
      switch (s.text().charAt(i)) {
        case '&' -> out.appendAs(part, "&amp;");
        case '<' -> out.appendAs(part, "&lt;");
        case '>' -> out.appendAs(part, "&gt;");
        case '\'' -> out.appendAs(part, "&#39;");
        case '"' -> out.appendAs(part, "&#34;");
        default -> out.append(part);
      }
    }
    return out.build().asMarkup(true);
  }

  private static Value whole(String operator, BigInteger a, BigInteger b) {
    return switch (operator) {
      case "+" -> new Value.Int(checked(a.add(b)));
      case "-" -> new Value.Int(checked(a.subtract(b)));
      case "*" -> new Value.Int(checked(a.multiply(b)));
      case "/" -> {
        requireNonZero(b.signum() != 0, "division by zero");
        yield new Value.Real(a.doubleValue() / b.doubleValue());
      }
      case "//" -> {
        requireNonZero(b.signum() != 0, "integer division or modulo by zero");
        yield new Value.Int(floorDivide(a, b));
      }
      case "%" -> {
        requireNonZero(b.signum() != 0, "integer modulo by zero");
        yield new Value.Int(a.subtract(floorDivide(a, b).multiply(b)));
      }
      case "**" -> power(a, b);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static BigInteger floorDivide(BigInteger a, BigInteger b) {
    var parts = a.divideAndRemainder(b);
    return parts[1].signum() != 0 && parts[1].signum() != b.signum()
        ? parts[0].subtract(BigInteger.ONE)
        : parts[0];
  }

  private static Value power(BigInteger a, BigInteger b) {
    if (b.signum() < 0) {
      return real("**", a.doubleValue(), b.doubleValue());
    }
    if (a.abs().bitLength() <= 1) {
      boolean odd = b.testBit(0);
      return new Value.Int(b.signum() == 0 ? BigInteger.ONE : odd ? a : a.abs());
    }
    if (b.bitLength() > 13 || (long) a.bitLength() * b.intValue() > 2L * MAX_BITS) {
      throw tooBig();
    }
    return new Value.Int(checked(a.pow(b.intValue())));
  }

  private static double power(double a, double b) {
    double result = Math.pow(a, b);
    if (Double.isFinite(a) && Double.isFinite(b) && !Double.isFinite(result)) {
      throw new TemplateException("The power of these numbers is too big, or is no real number.");
    }
    return result;
  }

  private static BigInteger checked(BigInteger value) {
    if (value.bitLength() > MAX_BITS) {
      throw tooBig();
    }
    return value;
  }

  private static TemplateException tooBig() {
    return new TemplateException("The template computes a number that is too big.");
  }

  private static Value real(String operator, double a, double b) {
    return new Value.Real(
        switch (operator) {
          case "+" -> a + b;
          case "-" -> a - b;
          case "*" -> a * b;
          case "/" -> {
            requireNonZero(b != 0, "float division by zero");
            yield a / b;
          }
          case "//" -> {
            requireNonZero(b != 0, "float floor division by zero");
            yield Math.floor(a / b);
          }
          case "%" -> {
            requireNonZero(b != 0, "float modulo");
            double rest = a % b;
            yield rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
          }
          case "**" -> {
            requireNonZero(a != 0 || b >= 0, "0.0 cannot be raised to a negative power");
            yield power(a, b);
          }
          default -> throw new IllegalArgumentException(operator);
        });
  }

  private static void requireNonZero(boolean ok, String message) {
    if (!ok) {
      throw new TemplateException(message);
    }
  }

  static Value negate(Value value) {
    return switch (value) {
      case Value.Real r -> new Value.Real(-r.value());
      case Value v when Values.isNumber(v) -> new Value.Int(Values.whole(v).negate());
      default -> throw badUnary("-", value);
    };
  }

  static Value plus(Value value) {
    return switch (value) {
      case Value.Real r -> r;
      case Value v when Values.isNumber(v) -> new Value.Int(Values.whole(v));
      default -> throw badUnary("+", value);
    };
  }

  private static TemplateException badUnary(String operator, Value value) {
    Values.requireDefined(value);
    return new TemplateException(
        "bad operand type for unary " + operator + ": '" + Values.typeName(value) + "'");
  }
}
