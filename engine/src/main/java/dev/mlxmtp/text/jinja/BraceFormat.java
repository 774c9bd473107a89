package dev.mlxmtp.text.jinja;

import java.util.regex.Pattern;

/** Python's {@code str.format}. */
final class BraceFormat {
  private static final Pattern PATH = Pattern.compile("\\.(\\w+)|\\[([^\\]]+)\\]");
  private static final Pattern FIELD =
      Pattern.compile("(\\w*)((?:\\.\\w+|\\[[^\\]]+\\])*)(?:!([rsa]))?(?::([^{}]*))?");

  private final Str format;
  private final Args args;
  private final Budget budget;
  private int next;

  private BraceFormat(Str format, Args args, Budget budget) {
    this.format = format;
    this.args = args;
    this.budget = budget;
  }

  static Str format(Str format, Args args, Budget budget) {
    return new BraceFormat(format, args, budget).run();
  }

  private Str run() {
    var text = format.text();
    budget.spend(text.length());
    var out = new StrBuilder();
    for (int at = 0; at < text.length(); ) {
      char c = text.charAt(at);
      boolean doubled = at + 1 < text.length() && text.charAt(at + 1) == c;
      if ((c == '{' || c == '}') && doubled) {
        out.append(format, at, at + 1);
        at += 2;
      } else if (c == '{') {
        int end = text.indexOf('}', at);
        if (end < 0) {
          throw new TemplateException("expected '}' before end of string");
        }
        out.append(field(text.substring(at + 1, end)));
        at = end + 1;
      } else if (c == '}') {
        throw new TemplateException("Single '}' encountered in format string");
      } else {
        int end = at;
        while (end < text.length() && text.charAt(end) != '{' && text.charAt(end) != '}') {
          end++;
        }
        out.append(format, at, end);
        at = end;
      }
    }
    return out.build().asMarkup(format.isMarkup());
  }

  private Str field(String source) {
    var match = FIELD.matcher(source);
    if (!match.matches()) {
      throw new TemplateException("unsupported replacement field '{" + source + "}'");
    }
    var value = named(match.group(1));
    var path = PATH.matcher(match.group(2));
    while (path.find()) {
      value =
          path.group(1) != null
              ? Attributes.attribute(value, path.group(1), budget)
              : Attributes.item(value, key(path.group(2)), budget);
    }
    if (match.group(3) != null) {
      value = match.group(3).equals("s") ? Repr.str(value, budget) : Repr.repr(value, budget);
    }
    var spec = match.group(4) == null ? "" : match.group(4);
    if (spec.isEmpty()) {
      return Repr.str(value, budget);
    }
    return switch (value) {
      case Str s -> FormatSpec.parse(spec).layText(s);
      case Value.Bool b when spec.matches(".*[a-zA-Z%]") -> FormatSpec.parse(spec).layNumber(b);
      case Value.Int i -> FormatSpec.parse(spec).layNumber(i);
      case Value.Real r -> FormatSpec.parse(spec).layNumber(r);
      case Value.Bool b -> FormatSpec.parse(spec).layNumber(b);
      default ->
          throw new TemplateException(
              "unsupported format string passed to " + Values.typeName(value) + ".__format__");
    };
  }

  private static Value key(String text) {
    return isNumber(text) ? Value.Int.of(Integer.parseInt(text)) : Str.trusted(text);
  }

  private static boolean isNumber(String text) {
    return text.length() < 9 && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private Value named(String name) {
    if (!name.isEmpty() && !isNumber(name)) {
      var value = args.named().get(name);
      if (value == null) {
        throw new TemplateException("format has no value for '" + name + "'");
      }
      return value;
    }
    int index = name.isEmpty() ? next++ : Integer.parseInt(name);
    if (index >= args.positional().size()) {
      throw new TemplateException(
          "Replacement index " + index + " out of range for positional args tuple");
    }
    return args.positional().get(index);
  }
}
