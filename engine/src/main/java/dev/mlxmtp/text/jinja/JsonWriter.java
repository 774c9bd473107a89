package dev.mlxmtp.text.jinja;

import java.util.Comparator;
import java.util.List;

/**
 * Python's {@code json.dumps}, as the filter {@code tojson} of Hugging Face's templates uses it.
 */
final class JsonWriter {

  /**
   * How to write.
   *
   * @param indent the text of one level, absent ("" with {@code multiline} false) for one line
   */
  record Style(
      boolean ascii,
      boolean multiline,
      String indent,
      String itemSeparator,
      String keySeparator,
      boolean sortKeys) {}

  private final Style style;
  private final Budget budget;
  private final StrBuilder out = new StrBuilder();

  private JsonWriter(Style style, Budget budget) {
    this.style = style;
    this.budget = budget;
  }

  static Str write(Value value, Style style, Budget budget) {
    var writer = new JsonWriter(style, budget);
    writer.append(value, 0);
    return writer.out.build();
  }

  private void append(Value value, int level) {
    budget.enter();
    switch (value) {
      case Value.None n -> out.append("null");
      case Value.Bool b -> out.append(b == Value.Bool.TRUE ? "true" : "false");
      case Value.Int i -> out.append(i.value().toString());
      case Value.Real r -> out.append(real(r.value()));
      case Str s -> appendString(s);
      case Value.Seq s when s.kind() == Value.SeqKind.LIST || s.kind() == Value.SeqKind.TUPLE ->
          appendList(s.items(), level);
      case Dict d -> appendDict(d, level);
      default ->
          throw new TemplateException(
              "Object of type " + Values.typeName(value) + " is not JSON serializable");
    }
    budget.leave();
  }

  private static String real(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    return Double.isInfinite(value) ? (value > 0 ? "Infinity" : "-Infinity") : Repr.real(value);
  }

  private void appendList(List<Value> items, int level) {
    if (items.isEmpty()) {
      out.append("[]");
      return;
    }
    out.append("[");
    boolean first = true;
    for (var item : items) {
      separate(first, level + 1);
      append(item, level + 1);
      first = false;
    }
    newLine(level);
    out.append("]");
  }

  private void appendDict(Dict dict, int level) {
    if (dict.size() == 0) {
      out.append("{}");
      return;
    }
    var entries = List.copyOf(dict.entries());
    if (style.sortKeys()) {
      entries =
          entries.stream()
              .sorted(
                  Comparator.comparing(
                      Dict.Entry::key, (a, b) -> Comparison.compare(a, b, "<", budget)))
              .toList();
    }
    out.append("{");
    boolean first = true;
    for (var entry : entries) {
      separate(first, level + 1);
      appendString(key(entry.key()));
      out.append(style.keySeparator());
      append(entry.value(), level + 1);
      first = false;
    }
    newLine(level);
    out.append("}");
  }

  private static Str key(Value key) {
    return switch (key) {
      case Str s -> s;
      case Value.None n -> Str.trusted("null");
      case Value.Bool b -> Str.trusted(b == Value.Bool.TRUE ? "true" : "false");
      case Value.Int i -> Str.trusted(i.value().toString());
      case Value.Real r -> Str.trusted(real(r.value()));
      default ->
          throw new TemplateException(
              "keys must be str, int, float, bool or None, not " + Values.typeName(key));
    };
  }

  private void separate(boolean first, int level) {
    if (!first) {
      out.append(style.itemSeparator());
    }
    newLine(level);
  }

  private void newLine(int level) {
    if (style.multiline()) {
      out.append("\n");
      for (int i = 0; i < level; i++) {
        out.append(style.indent());
      }
    }
  }

  private void appendString(Str s) {
    var text = s.text();
    budget.spend(text.length());
    out.append("\"");
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      var escape = escape(text.charAt(i));
      if (!escape.isEmpty()) {
        out.append(s, plain, i);
        out.appendAs(s.slice(i, i + 1), escape);
        plain = i + 1;
      }
    }
    out.append(s, plain, text.length());
    out.append("\"");
  }

  private String escape(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      default -> c < 0x20 || (style.ascii() && c > 0x7E) ? "\\u%04x".formatted((int) c) : "";
    };
  }
}
