package dev.mlxmtp.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Filters on numbers. */
final class NumberFilters {
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*");
  private static final Pattern REAL =
      Pattern.compile(
          "(?i)[+-]?(?:(?:\\d+(?:_\\d+)*\\.?(?:\\d+(?:_\\d+)*)?|\\.\\d+(?:_\\d+)*)"
              + "(?:e[+-]?\\d+(?:_\\d+)*)?|inf|infinity|nan)");
  private static final int MAX_DIGITS = 4300;

  private NumberFilters() {}

  static void addTo(Map<String, Filters.Filter> all) {
    all.put("abs", (v, a, b) -> absolute(v));
    all.put("int", NumberFilters::toInt);
    all.put("float", NumberFilters::toFloat);
    all.put("round", NumberFilters::round);
  }

  private static Value absolute(Value value) {
    return switch (value) {
      case Value.Real r -> new Value.Real(Math.abs(r.value()));
      case Value v when Values.isNumber(v) -> new Value.Int(Values.whole(v).abs());
      default -> {
        Values.requireDefined(value);
        throw new TemplateException("bad operand type for abs(): '" + Values.typeName(value) + "'");
      }
    };
  }

  /** Cuts off the digits after the point. */
  static Value truncate(double value) {
    if (!Double.isFinite(value)) {
      throw new TemplateException("cannot convert float infinity or NaN to integer");
    }
    return new Value.Int(new BigDecimal(value).toBigInteger());
  }

  private static Value toInt(Value input, Args args, Budget budget) {
    var bound = args.bind("int", "default", "base");
    int base = bound.number("base", 10);
    return switch (input) {
      case Value.Undefined u -> throw new TemplateException(u.message());
      case Value.Real r -> truncate(r.value());
      case Str s ->
          parseWhole(s.text(), base)
              .map(w -> (Value) new Value.Int(w))
              .or(() -> parseReal(s.text()).filter(Double::isFinite).map(NumberFilters::truncate))
              .orElseGet(() -> bound.find("default").orElse(Value.Int.of(0)));
      case Value v when Values.isNumber(v) -> new Value.Int(Values.whole(v));
      default -> bound.find("default").orElse(Value.Int.of(0));
    };
  }

  private static Value toFloat(Value input, Args args, Budget budget) {
    var bound = args.bind("float", "default");
    return switch (input) {
      case Value.Undefined u -> throw new TemplateException(u.message());
      case Value v when Values.isNumber(v) -> new Value.Real(Values.real(v));
      case Str s when parseReal(s.text()).isPresent() -> new Value.Real(parseReal(s.text()).get());
      default -> bound.find("default").orElse(new Value.Real(0));
    };
  }

  private static String stripped(String text) {
    int from = PyText.skipSpace(text, 0);
    return text.substring(from, PyText.skipSpaceBack(text, from, text.length()));
  }

  private static Optional<BigInteger> parseWhole(String text, int base) {
    var digits = stripped(text);
    if (!WHOLE.matcher(digits).matches() || digits.length() > MAX_DIGITS) {
      return Optional.empty();
    }
    boolean negative = digits.startsWith("-");
    digits = digits.replaceFirst("^[+-]", "").replace("_", "");
    var prefix =
        digits.length() > 2 ? digits.substring(0, 2).toLowerCase(java.util.Locale.ROOT) : "";
    int radix = base;
    int prefixed = prefix.equals("0x") ? 16 : prefix.equals("0o") ? 8 : prefix.equals("0b") ? 2 : 0;
    if (prefixed != 0 && (base == prefixed || base == 0)) {
      digits = digits.substring(2);
      radix = prefixed;
    }
    try {
      var value = new BigInteger(digits, radix == 0 ? 10 : radix);
      return Optional.of(negative ? value.negate() : value);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Double> parseReal(String text) {
    var digits = stripped(text);
    if (digits.length() > MAX_DIGITS || !REAL.matcher(digits).matches()) {
      return Optional.empty();
    }
    var plain = digits.replace("_", "").toLowerCase(java.util.Locale.ROOT);
    if (plain.endsWith("nan")) {
      return Optional.of(Double.NaN);
    }
    if (plain.contains("inf")) {
      return Optional.of(
          plain.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    return Optional.of(Double.parseDouble(plain));
  }

  private static Value round(Value input, Args args, Budget budget) {
    var bound = args.bind("round", "precision", "method");
    int precision = Math.clamp(bound.number("precision", 0), -400, 400);
    var method = bound.find("method").map(m -> Repr.str(m, budget).text()).orElse("common");
    Values.requireDefined(input);
    if (!Values.isNumber(input)) {
      throw new TemplateException(
          "type " + Values.typeName(input) + " doesn't define __round__ method");
    }
    return switch (method) {
      case "common" -> roundHalfEven(input, precision);
      case "ceil" -> scaled(input, precision, RoundingMode.CEILING);
      case "floor" -> scaled(input, precision, RoundingMode.FLOOR);
      default -> throw new TemplateException("method must be common, ceil or floor");
    };
  }

  private static Value roundHalfEven(Value input, int precision) {
    if (input instanceof Value.Real r) {
      if (!Double.isFinite(r.value())) {
        return r;
      }
      var exact = new BigDecimal(r.value()).setScale(precision, RoundingMode.HALF_EVEN);
      return new Value.Real(Math.copySign(exact.doubleValue(), r.value()));
    }
    var whole = Values.whole(input);
    return new Value.Int(
        precision >= 0
            ? whole
            : new BigDecimal(whole)
                .setScale(precision, RoundingMode.HALF_EVEN)
                .toBigIntegerExact());
  }

  private static Value scaled(Value input, int precision, RoundingMode mode) {
    double factor = Math.pow(10, precision);
    double scaled = Values.real(input) * factor;
    if (!Double.isFinite(scaled)) {
      throw new TemplateException("cannot convert float infinity or NaN to integer");
    }
    return new Value.Real(new BigDecimal(scaled).setScale(0, mode).doubleValue() / factor);
  }
}
