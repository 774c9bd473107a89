package dev.mlxmtp.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How one value is laid out by {@code format} or {@code %}: the common part of both small
 * languages.
 *
 * @param align {@code <}, {@code >}, {@code ^}, {@code =} (after the sign) or a space for the
 *     type's own
 * @param type the letter at the end, or a space where there is none
 */
record FormatSpec(
    String fill,
    char align,
    String sign,
    boolean grouped,
    int width,
    Optional<Integer> precision,
    char type) {

  private static final int MAX_DIGITS = 400;
  private static final Pattern BRACE =
      Pattern.compile(
          "(?:(.)?([<>^=]))?([-+ ])?(#)?(0)?(\\d{1,6})?([,_])?(?:\\.(\\d{1,6}))?([a-zA-Z%])?",
          Pattern.DOTALL);

  /** Reads the part after the colon of a replacement field. */
  static FormatSpec parse(String text) {
    var match = BRACE.matcher(text);
    if (!match.matches()) {
      throw new TemplateException("Invalid format specifier '" + text + "'");
    }
    boolean zero = match.group(5) != null;
    var align = match.group(2);
    return new FormatSpec(
        match.group(1) != null ? match.group(1) : zero ? "0" : " ",
        align != null ? align.charAt(0) : zero ? '=' : ' ',
        match.group(3) != null ? match.group(3) : "-",
        match.group(7) != null,
        match.group(6) != null ? Integer.parseInt(match.group(6)) : 0,
        Optional.ofNullable(match.group(8)).map(Integer::parseInt),
        match.group(9) != null ? match.group(9).charAt(0) : ' ');
  }

  /** Lays out a string. */
  Str layText(Str value) {
    if (type != ' ' && type != 's') {
      throw unknownType("str");
    }
    var cut = value;
    if (precision.isPresent() && precision.get() < PyText.length(value.text())) {
      cut = value.slice(0, PyText.offset(value.text(), precision.get()));
    }
    return pad(cut, "", align == ' ' || align == '=' ? '<' : align);
  }

  /** Lays out a number. */
  Str layNumber(Value value) {
    return switch (type) {
      case ' ' -> value instanceof Value.Real r ? general(r) : integer(Values.whole(value), 10);
      case 'd', 'i', 'u' -> integer(requireWhole(value), 10);
      case 'x' -> integer(requireWhole(value), 16);
      case 'X' -> upper(integer(requireWhole(value), 16));
      case 'o' -> integer(requireWhole(value), 8);
      case 'b' -> integer(requireWhole(value), 2);
      case 'f', 'F' -> real(Values.real(value), number -> fixed(number, precision.orElse(6)));
      case '%' ->
          real(Values.real(value) * 100, number -> fixed(number, precision.orElse(6)) + "%");
      case 'e' -> real(Values.real(value), number -> scientific(number, precision.orElse(6)));
      case 'E' ->
          upper(real(Values.real(value), number -> scientific(number, precision.orElse(6))));
      case 'g', 'G', 'n' -> real(Values.real(value), this::shortest);
      default -> throw unknownType(Values.typeName(value));
    };
  }

  private TemplateException unknownType(String of) {
    return new TemplateException(
        "Unknown format code '%s' for object of type '%s'".formatted(type, of));
  }

  private BigInteger requireWhole(Value value) {
    if (value instanceof Value.Real) {
      throw unknownType("float");
    }
    return Values.whole(value);
  }

  private static Str upper(Str s) {
    return Str.trusted(s.text().toUpperCase(java.util.Locale.ROOT));
  }

  private Str integer(BigInteger value, int radix) {
    var digits = value.abs().toString(radix);
    return pad(Str.trusted(group(digits)), signOf(value.signum() < 0), numberAlign());
  }

  private Str general(Value.Real value) {
    if (precision.isPresent()) {
      return real(value.value(), this::shortest);
    }
    var text = Repr.real(Math.abs(value.value()));
    return pad(Str.trusted(group(text)), signOf(isNegative(value.value())), numberAlign());
  }

  private interface Digits {
    String of(BigDecimal number);
  }

  private Str real(double value, Digits digits) {
    var text =
        Double.isNaN(value)
            ? "nan"
            : Double.isInfinite(value) ? "inf" : group(digits.of(new BigDecimal(Math.abs(value))));
    return pad(Str.trusted(text), signOf(isNegative(value)), numberAlign());
  }

  private static boolean isNegative(double value) {
    return value < 0 || (value == 0 && 1 / value < 0);
  }

  private static String fixed(BigDecimal number, int precision) {
    return number.setScale(limit(precision), RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String scientific(BigDecimal number, int precision) {
    int digits = limit(precision) + 1;
    var rounded =
        number.signum() == 0
            ? number
            : number.round(new java.math.MathContext(digits, RoundingMode.HALF_EVEN));
    var text = new StringBuilder(rounded.unscaledValue().toString());
    int exponent = number.signum() == 0 ? 0 : text.length() - rounded.scale() - 1;
    while (text.length() < digits) {
      text.append('0');
    }
    text.setLength(digits);
    if (digits > 1) {
      text.insert(1, '.');
    }
    return text + "e%s%02d".formatted(exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  private String shortest(BigDecimal number) {
    int digits = Math.max(1, precision.orElse(6));
    var scientific = scientific(number, digits - 1);
    int e = scientific.indexOf('e');
    int exponent = Integer.parseInt(scientific.substring(e + 1));
    if (exponent >= -4 && exponent < digits) {
      return withoutZeros(fixed(number, digits - 1 - exponent));
    }
    return withoutZeros(scientific.substring(0, e)) + scientific.substring(e);
  }

  private static String withoutZeros(String text) {
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }

  private static int limit(int precision) {
    if (precision > MAX_DIGITS) {
      throw new TemplateException("The precision of a format is too big.");
    }
    return precision;
  }

  private String signOf(boolean negative) {
    return negative ? "-" : sign.equals("-") ? "" : sign;
  }

  private char numberAlign() {
    return align == ' ' ? '>' : align;
  }

  private String group(String text) {
    if (!grouped) {
      return text;
    }
    int point = text.indexOf('.');
    var out = new StringBuilder(text);
    for (int at = (point < 0 ? text.length() : point) - 3; at > 0; at -= 3) {
      out.insert(at, ',');
    }
    return out.toString();
  }

  private Str pad(Str body, String front, char how) {
    int missing = width - PyText.length(body.text()) - front.length();
    if (missing <= 0) {
      return StrBuilder.join(Str.trusted(front), body);
    }
    Budget.checkLength(missing);
    int left = how == '<' ? 0 : how == '^' ? missing / 2 : missing;
    var before = Str.trusted(fill.repeat(left));
    var after = Str.trusted(fill.repeat(missing - left));
    return how == '='
        ? StrBuilder.join(Str.trusted(front), before, body)
        : StrBuilder.join(before, Str.trusted(front), body, after);
  }
}
