package dev.mlxmtp.text.jinja;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Python's {@code format % values} on strings. */
final class PercentFormat {
  private static final Pattern FIELD =
      Pattern.compile(
          "%(?:\\(([^)]*)\\))?([-+ #0]*)(\\d{1,6})?(?:\\.(\\d{1,6}))?[hlL]?([a-zA-Z%])?");

  private PercentFormat() {}

  static Str format(Str format, Value values, Budget budget) {
    var text = format.text();
    budget.spend(text.length());
    var out = new StrBuilder();
    boolean tuple = values instanceof Value.Seq s && s.kind() == Value.SeqKind.TUPLE;
    var items = tuple ? ((Value.Seq) values).items() : List.of(values);
    int used = 0;
    int at = 0;
    var match = FIELD.matcher(text);
    for (int percent = text.indexOf('%'); percent >= 0; percent = text.indexOf('%', at)) {
      out.append(format, at, percent);
      if (!match.find(percent) || match.start() != percent || match.group(5) == null) {
        throw new TemplateException("incomplete or unsupported format '" + text + "'");
      }
      at = match.end();
      if (match.group(5).equals("%")) {
        out.append("%");
      } else if (match.group(1) != null) {
        out.append(field(match, byName(values, match.group(1)), budget));
      } else if (used < items.size()) {
        out.append(field(match, items.get(used++), budget));
      } else {
        throw new TemplateException("not enough arguments for format string");
      }
    }
    boolean hasKeys =
        values instanceof Dict
            || values instanceof Value.Undefined
            || (values instanceof Value.Seq && !tuple);
    if (used < items.size() && !hasKeys) {
      throw new TemplateException("not all arguments converted during string formatting");
    }
    return out.append(format, at, text.length()).build().asMarkup(format.isMarkup());
  }

  private static Value byName(Value values, String name) {
    if (values instanceof Dict dict) {
      return dict.get(name)
          .orElseThrow(() -> new TemplateException("format has no value for '" + name + "'"));
    }
    throw new TemplateException("format requires a mapping");
  }

  private static Str field(java.util.regex.Matcher match, Value value, Budget budget) {
    var flags = match.group(2);
    char type = match.group(5).charAt(0);
    boolean textual = type == 's' || type == 'r' || type == 'a';
    boolean left = flags.contains("-");
    boolean zeros = flags.contains("0") && !left && !textual;
    var spec =
        new FormatSpec(
            zeros ? "0" : " ",
            left ? '<' : zeros ? '=' : '>',
            flags.contains("+") ? "+" : flags.contains(" ") ? " " : "-",
            false,
            match.group(3) == null ? 0 : Integer.parseInt(match.group(3)),
            Optional.ofNullable(match.group(4)).map(Integer::parseInt),
            textual ? 's' : type);
    if (textual) {
      return spec.layText(type == 's' ? Repr.str(value, budget) : Repr.repr(value, budget));
    }
    if (!Values.isNumber(value)) {
      Values.requireDefined(value);
      throw new TemplateException(
          "%%%s format: a number is required, not %s".formatted(type, Values.typeName(value)));
    }
    boolean whole = type == 'd' || type == 'i' || type == 'u';
    return spec.layNumber(
        whole && value instanceof Value.Real r ? NumberFilters.truncate(r.value()) : value);
  }
}
