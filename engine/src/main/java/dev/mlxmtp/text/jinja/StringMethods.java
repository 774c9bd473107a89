package dev.mlxmtp.text.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Python's methods of {@code str}. */
final class StringMethods {

  /** A method, given its string. */
  @FunctionalInterface
  private interface Method {
    Value call(Str self, Args args, Budget budget);
  }

  private static final Map<String, Method> METHODS = methods();

  private StringMethods() {}

  static Optional<Value> find(Str self, String name, Budget budget) {
    return Optional.ofNullable(METHODS.get(name))
        .map(
            method ->
                new Value.Function(
                    name,
                    args -> {
                      budget.spend(1 + self.text().length() / 16);
                      for (var arg : args.positional()) {
                        if (arg instanceof Str wanted) {
                          budget.search(self, wanted);
                        }
                      }
                      return method.call(self, args, budget);
                    }));
  }

  private static Map<String, Method> methods() {
    var all = new HashMap<String, Method>();
    all.put("upper", (s, a, b) -> StringCase.upper(s));
    all.put("lower", (s, a, b) -> StringCase.lower(s));
    all.put("casefold", (s, a, b) -> StringCase.lower(s));
    all.put("title", (s, a, b) -> StringCase.title(s));
    all.put("capitalize", (s, a, b) -> StringCase.capitalize(s));
    all.put("strip", (s, a, b) -> strip(s, a, true, true));
    all.put("lstrip", (s, a, b) -> strip(s, a, true, false));
    all.put("rstrip", (s, a, b) -> strip(s, a, false, true));
    all.put("startswith", (s, a, b) -> affix("startswith", s, a, String::startsWith));
    all.put("endswith", (s, a, b) -> affix("endswith", s, a, String::endsWith));
    all.put("removeprefix", (s, a, b) -> removePrefix(s, a));
    all.put("removesuffix", (s, a, b) -> removeSuffix(s, a));
    all.put("split", (s, a, b) -> Splitting.split(s, a, false));
    all.put("rsplit", (s, a, b) -> Splitting.split(s, a, true));
    all.put("splitlines", (s, a, b) -> Splitting.splitLines(s, a));
    all.put("partition", (s, a, b) -> Splitting.partition(s, a, false));
    all.put("rpartition", (s, a, b) -> Splitting.partition(s, a, true));
    all.put("replace", (s, a, b) -> replace(s, a.bind("replace", "old", "new", "count"), b));
    all.put("join", (s, a, b) -> joinStrings(s, a, b));
    all.put("format", BraceFormat::format);
    all.put("count", (s, a, b) -> count(s, a));
    all.put("find", (s, a, b) -> Value.Int.of(position("find", s, a, false)));
    all.put("rfind", (s, a, b) -> Value.Int.of(position("rfind", s, a, true)));
    all.put("index", (s, a, b) -> requireFound(position("index", s, a, false)));
    all.put("rindex", (s, a, b) -> requireFound(position("rindex", s, a, true)));
    all.put("zfill", (s, a, b) -> zeroFill(s, a));
    all.put("ljust", (s, a, b) -> justify("ljust", s, a, '<'));
    all.put("rjust", (s, a, b) -> justify("rjust", s, a, '>'));
    all.put("center", (s, a, b) -> justify("center", s, a, '^'));
    StringCase.PREDICATES.forEach(
        (name, test) -> all.put(name, (s, a, b) -> Value.Bool.of(test.test(s.text()))));
    return Map.copyOf(all);
  }

  private static Value strip(Str s, Args args, boolean left, boolean right) {
    var chars = args.bind("strip", "chars").some("chars");
    chars.filter(c -> !(c instanceof Str)).ifPresent(StringMethods::notString);
    return strip(s, chars.map(c -> ((Str) c).text()), left, right);
  }

  private static void notString(Value value) {
    Values.requireDefined(value);
    throw new TemplateException("strip arg must be None or str");
  }

  /** Takes white space, or any of the given characters, off the ends. */
  static Str strip(Str s, Optional<String> chars, boolean left, boolean right) {
    var text = s.text();
    int from = 0;
    int to = text.length();
    while (left && from < to && strips(chars, text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && to > from && strips(chars, text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return s.slice(from, to);
  }

  private static boolean strips(Optional<String> chars, int c) {
    return chars.isPresent() ? chars.get().indexOf(c) >= 0 : PyText.isSpace(c);
  }

  private static Value affix(
      String name, Str s, Args args, BiFunction<String, String, Boolean> test) {
    var bound = args.bind(name, "prefix", "start", "end");
    var text = s.text();
    if (bound.find("start").isPresent()) {
      var end = bound.find("end").orElse(Value.None.NONE);
      text =
          ((Str) Attributes.slice(s, bound.get("start"), end, Value.None.NONE, new Budget()))
              .text();
    }
    var options =
        bound.get("prefix") instanceof Value.Seq t && t.kind() == Value.SeqKind.TUPLE
            ? t.items()
            : List.of(bound.get("prefix"));
    for (var option : options) {
      if (!(option instanceof Str wanted)) {
        throw new TemplateException(
            "%s first arg must be str or a tuple of str, not %s"
                .formatted(name, Values.typeName(option)));
      }
      if (test.apply(text, wanted.text())) {
        return Value.Bool.TRUE;
      }
    }
    return Value.Bool.FALSE;
  }

  private static Value removePrefix(Str s, Args args) {
    var prefix = args.bind("removeprefix", "prefix").text("prefix").text();
    return s.text().startsWith(prefix) ? s.slice(prefix.length(), s.text().length()) : s;
  }

  private static Value removeSuffix(Str s, Args args) {
    var suffix = args.bind("removesuffix", "suffix").text("suffix").text();
    return s.text().endsWith(suffix) ? s.slice(0, s.text().length() - suffix.length()) : s;
  }

  private static Value replace(Str s, Args.Bound bound, Budget budget) {
    return replace(s, bound.text("old"), bound.text("new"), bound.number("count", -1), budget);
  }

  /** Replaces at most {@code count} occurrences, all where it is negative. */
  static Str replace(Str s, Str old, Str by, int count, Budget budget) {
    var text = s.text();
    var wanted = old.text();
    budget.search(s, old);
    var out = new StrBuilder();
    int at = 0;
    for (int done = 0; count < 0 || done < count; done++) {
      budget.spend(1 + by.text().length() / 16);
      if (wanted.isEmpty()) {
        out.append(by);
        if (at >= text.length()) {
          break;
        }
        int next = at + Character.charCount(text.codePointAt(at));
        out.append(s, at, next);
        at = next;
      } else {
        int found = text.indexOf(wanted, at);
        if (found < 0) {
          break;
        }
        out.append(s, at, found).append(by);
        at = found + wanted.length();
      }
    }
    return out.append(s, at, text.length()).build().asMarkup(s.isMarkup());
  }

  private static Value joinStrings(Str separator, Args args, Budget budget) {
    var items = Values.toList(args.bind("join", "iterable").get("iterable"), budget);
    for (int i = 0; i < items.size(); i++) {
      if (!(items.get(i) instanceof Str)) {
        throw new TemplateException(
            "sequence item %d: expected str instance, %s found"
                .formatted(i, Values.typeName(items.get(i))));
      }
    }
    return join(separator, items, budget);
  }

  /** Joins what printing each value shows. */
  static Str join(Str separator, List<Value> items, Budget budget) {
    var out = new StrBuilder();
    for (int i = 0; i < items.size(); i++) {
      budget.spend(1 + separator.text().length() / 16);
      if (i > 0) {
        out.append(separator);
      }
      out.append(Repr.str(items.get(i), budget));
    }
    return out.build();
  }

  private static Value count(Str s, Args args) {
    var wanted = args.bind("count", "sub").text("sub").text();
    if (wanted.isEmpty()) {
      return Value.Int.of(PyText.length(s.text()) + 1L);
    }
    int count = 0;
    for (int at = s.text().indexOf(wanted); at >= 0; count++) {
      at = s.text().indexOf(wanted, at + wanted.length());
    }
    return Value.Int.of(count);
  }

  private static int position(String name, Str s, Args args, boolean fromRight) {
    var bound = args.bind(name, "sub", "start", "end");
    var text = s.text();
    int length = PyText.length(text);
    int from = clamp(bound.number("start", 0), length);
    int to = clamp(bound.number("end", length), length);
    if (from > to) {
      return -1;
    }
    int start = PyText.offset(text, from);
    var part = text.substring(start, PyText.offset(text, to));
    var wanted = bound.text("sub").text();
    int found = fromRight ? part.lastIndexOf(wanted) : part.indexOf(wanted);
    return found < 0 ? -1 : from + PyText.length(part.substring(0, found));
  }

  private static int clamp(int index, int length) {
    return Math.clamp(index < 0 ? (long) index + length : index, 0, length);
  }

  private static Value requireFound(int position) {
    if (position < 0) {
      throw new TemplateException("substring not found");
    }
    return Value.Int.of(position);
  }

  private static Value zeroFill(Str s, Args args) {
    int width = args.bind("zfill", "width").number("width", 0);
    int missing = width - PyText.length(s.text());
    boolean signed = s.text().startsWith("-") || s.text().startsWith("+");
    int front = signed ? 1 : 0;
    return StrBuilder.join(
        s.slice(0, front),
        Str.trusted("0".repeat(Budget.checkLength(Math.max(0, missing)))),
        s.slice(front, s.text().length()));
  }

  private static Value justify(String name, Str s, Args args, char align) {
    var bound = args.bind(name, "width", "fillchar");
    return justify(s, bound.number("width", 0), bound.find("fillchar"), align);
  }

  private static Str justify(Str s, int width, Optional<Value> fill, char align) {
    int length = PyText.length(s.text());
    int missing = Budget.checkLength(Math.max(0, (long) width - length));
    var unit = fill.map(f -> f instanceof Str t ? t.text() : " ").orElse(" ");
    // Python puts the odd space of an even-length text to the right, of an odd-length one left.
    int left =
        switch (align) {
          case '<' -> 0;
          case '>' -> missing;
          default -> missing / 2 + (missing & width & 1);
        };
    var before = Str.trusted(unit.repeat(left));
    return StrBuilder.join(before, s, Str.trusted(unit.repeat(missing - left)));
  }

  /** Only for {@link Splitting}: the pieces as a list. */
  static Value listOf(List<Str> pieces) {
    return Value.Seq.list(new ArrayList<Value>(pieces));
  }
}
