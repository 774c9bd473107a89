package dev.mlxmtp.text.jinja;

import java.math.BigDecimal;
import java.math.MathContext;

/** Python's {@code str} and {@code repr}. */
final class Repr {
  private final Budget budget;
  private final StrBuilder out = new StrBuilder();

  private Repr(Budget budget) {
    this.budget = budget;
  }

  /** What printing the value shows. */
  static Str str(Value value, Budget budget) {
    return switch (value) {
      case Str s -> s;
      case Value.Undefined u -> Str.EMPTY;
      default -> repr(value, budget);
    };
  }

  static Str repr(Value value, Budget budget) {
    var repr = new Repr(budget);
    repr.append(value);
    return repr.out.build();
  }

  private void append(Value value) {
    budget.enter();
    switch (value) {
      case Value.None n -> out.append("None");
      case Value.Undefined u -> out.append("Undefined");
      case Value.Bool b -> out.append(b == Value.Bool.TRUE ? "True" : "False");
      case Value.Int i -> out.append(i.value().toString());
      case Value.Real r -> out.append(real(r.value()));
      case Str s when s.isMarkup() -> {
        out.append("Markup(");
        appendString(s);
        out.append(")");
      }
      case Str s -> appendString(s);
      case Value.Seq s -> appendSeq(s);
      case Dict d -> {
        out.append("{");
        var separator = "";
        for (var entry : d.entries()) {
          out.append(separator);
          append(entry.key());
          out.append(": ");
          append(entry.value());
          separator = ", ";
        }
        out.append("}");
      }
      case Value.Lazy l -> out.append("<generator object>");
      case Value.Native n -> out.append("<" + n.typeName() + ">");
    }
    budget.leave();
  }

  private void appendSeq(Value.Seq seq) {
    switch (seq.kind()) {
      case LIST -> appendItems("[", seq, "]");
      case TUPLE -> appendItems("(", seq, seq.items().size() == 1 ? ",)" : ")");
      case RANGE -> appendRange(seq);
      case KEYS, VALUES, ITEMS -> appendItems(seq.kind().pythonName() + "([", seq, "])");
    }
  }

  private void appendItems(String open, Value.Seq seq, String close) {
    out.append(open);
    var separator = "";
    for (var item : seq.items()) {
      out.append(separator);
      append(item);
      separator = ", ";
    }
    out.append(close);
  }

  private void appendRange(Value.Seq seq) {
    int size = seq.items().size();
    int start = size == 0 ? 0 : Values.toInt(seq.items().getFirst());
    int step = size < 2 ? 1 : Values.toInt(seq.items().get(1)) - start;
    out.append("range(" + start + ", " + (start + size * step));
    out.append(step == 1 ? ")" : ", " + step + ")");
  }

  private void appendString(Str s) {
    var text = s.text();
    budget.spend(text.length());
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(String.valueOf(quote));
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      int next = at + Character.charCount(c);
      var escape = escape(c, quote);
      if (escape.isEmpty()) {
        out.append(s, at, next);
      } else {
        out.appendAs(s.slice(at, next), escape);
      }
      at = next;
    }
    out.append(String.valueOf(quote));
  }

  private static String escape(int c, char quote) {
    return switch (c) {
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> {
        if (c == quote) {
          yield "\\" + quote;
        }
        if (PyText.isPrintable(c)) {
          yield "";
        }
        yield c < 0x100
            ? "\\x%02x".formatted(c)
            : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c);
      }
    };
  }

  /** Python's shortest text of a float that reads back as the same number. */
  static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    var sign = value < 0 || (value == 0 && 1 / value < 0) ? "-" : "";
    if (Double.isInfinite(value)) {
      return sign + "inf";
    }
    if (value == 0) {
      return sign + "0.0";
    }
    var number = shortest(Math.abs(value)).stripTrailingZeros();
    var digits = number.unscaledValue().toString();
    int exponent = digits.length() - number.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      var plain = number.toPlainString();
      return sign + (plain.contains(".") ? plain : plain + ".0");
    }
    var fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return "%s%s%se%s%02d"
        .formatted(
            sign, digits.substring(0, 1), fraction, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /** Java writes at least two digits, also where one of them would do. */
  private static BigDecimal shortest(double value) {
    var number = new BigDecimal(Double.toString(value));
    var single = number.round(new MathContext(1));
    return single.doubleValue() == value ? single : number;
  }
}
