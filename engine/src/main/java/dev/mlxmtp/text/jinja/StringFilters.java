package dev.mlxmtp.text.jinja;

import java.util.List;
import java.util.Map;

/** Filters on text. */
final class StringFilters {
  private StringFilters() {}

  static void addTo(Map<String, Filters.Filter> all) {
    all.put("string", (v, a, b) -> Repr.str(v, b));
    all.put("upper", (v, a, b) -> StringCase.upper(Repr.str(v, b)));
    all.put("lower", (v, a, b) -> StringCase.lower(Repr.str(v, b)));
    all.put("capitalize", (v, a, b) -> StringCase.capitalize(Repr.str(v, b)));
    all.put("title", (v, a, b) -> StringCase.titleWords(Repr.str(v, b)));
    all.put("safe", (v, a, b) -> Repr.str(v, b).asMarkup(true));
    all.put("escape", (v, a, b) -> Operators.escaped(Repr.str(v, b)));
    all.put("e", (v, a, b) -> Operators.escaped(Repr.str(v, b)));
    all.put("forceescape", (v, a, b) -> Operators.escaped(Repr.str(v, b).asMarkup(false)));
    all.put("trim", StringFilters::trim);
    all.put("replace", StringFilters::replace);
    all.put("format", StringFilters::format);
    all.put("indent", StringFilters::indent);
    all.put("center", StringFilters::center);
    all.put("wordcount", StringFilters::wordCount);
  }

  private static Value trim(Value input, Args args, Budget budget) {
    var chars = args.bind("trim", "chars").some("chars");
    if (chars.isPresent() && !(chars.get() instanceof Str)) {
      throw new TemplateException("strip arg must be None or str");
    }
    return StringMethods.strip(
        Repr.str(input, budget), chars.map(c -> ((Str) c).text()), true, true);
  }

  private static Value replace(Value input, Args args, Budget budget) {
    var bound = args.bind("replace", "old", "new", "count");
    int count = bound.some("count").map(Values::toInt).orElse(-1);
    return StringMethods.replace(
        Repr.str(input, budget).asMarkup(false),
        Repr.str(bound.get("old"), budget),
        Repr.str(bound.get("new"), budget),
        count,
        budget);
  }

  private static Value format(Value input, Args args, Budget budget) {
    if (!args.positional().isEmpty() && !args.named().isEmpty()) {
      throw new TemplateException("can't handle positional and keyword arguments at the same time");
    }
    Value values = args.named().isEmpty() ? Value.Seq.tuple(args.positional()) : args.namedAsDict();
    return PercentFormat.format(Repr.str(input, budget), values, budget);
  }

  private static Value indent(Value input, Args args, Budget budget) {
    var bound = args.bind("indent", "width", "first", "blank");
    var width = bound.find("width").orElse(Value.Int.of(4));
    var unit =
        width instanceof Str s
            ? s
            : Str.trusted(" ".repeat(Budget.checkLength(Math.max(0, Values.toInt(width)))));
    var text = Values.requireDefined(input);
    if (!(text instanceof Str s)) {
      throw new TemplateException("indent needs a string, not " + Values.typeName(input));
    }
    boolean blank = bound.truth("blank", false);
    List<Str> lines = Splitting.lines(StrBuilder.join(s, Str.trusted("\n")), false);
    var out = new StrBuilder();
    for (int i = 0; i < lines.size(); i++) {
      budget.spend(1 + unit.text().length() / 16);
      var line = lines.get(i);
      if (i > 0) {
        out.append("\n");
      }
      boolean indented = i == 0 ? bound.truth("first", false) : blank || !line.text().isEmpty();
      if (indented) {
        out.append(unit);
      }
      out.append(line);
    }
    return out.build().asMarkup(s.isMarkup());
  }

  private static Value center(Value input, Args args, Budget budget) {
    var width = args.bind("center", "width").number("width", 80);
    return Attributes.attribute(Repr.str(input, budget), "center", budget)
            instanceof Value.Function center
        ? center.call(Args.of(Value.Int.of(width)))
        : Str.EMPTY;
  }

  private static Value wordCount(Value input, Args args, Budget budget) {
    args.bind("wordcount");
    boolean inWord = false;
    long words = 0;
    for (int c : Repr.str(input, budget).text().codePoints().toArray()) {
      boolean isWord = Character.isLetterOrDigit(c) || c == '_';
      words += isWord && !inWord ? 1 : 0;
      inWord = isWord;
    }
    return Value.Int.of(words);
  }
}
