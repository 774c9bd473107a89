package dev.mlxmtp.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The methods of {@code str} that cut it into pieces. */
final class Splitting {
  private Splitting() {}

  static Value split(Str s, Args args, boolean fromRight) {
    var bound = args.bind(fromRight ? "rsplit" : "split", "sep", "maxsplit");
    int most = bound.number("maxsplit", -1);
    if (bound.some("sep").isEmpty()) {
      return StringMethods.listOf(fromRight ? spacesFromRight(s, most) : spaces(s, most));
    }
    var separator = bound.text("sep").text();
    if (separator.isEmpty()) {
      throw new TemplateException("empty separator");
    }
    return StringMethods.listOf(
        fromRight ? splitFromRight(s, separator, most) : split(s, separator, most));
  }

  private static List<Str> split(Str s, String separator, int most) {
    var pieces = new ArrayList<Str>();
    int at = 0;
    while (most < 0 || pieces.size() < most) {
      int found = s.text().indexOf(separator, at);
      if (found < 0) {
        break;
      }
      pieces.add(s.slice(at, found));
      at = found + separator.length();
    }
    pieces.add(s.slice(at, s.text().length()));
    return pieces;
  }

  private static List<Str> splitFromRight(Str s, String separator, int most) {
    var pieces = new ArrayList<Str>();
    int end = s.text().length();
    while (most < 0 || pieces.size() < most) {
      int found = s.text().lastIndexOf(separator, end - separator.length());
      if (found < 0) {
        break;
      }
      pieces.add(s.slice(found + separator.length(), end));
      end = found;
    }
    pieces.add(s.slice(0, end));
    Collections.reverse(pieces);
    return pieces;
  }

  private static List<Str> spaces(Str s, int most) {
    var text = s.text();
    var pieces = new ArrayList<Str>();
    int at = PyText.skipSpace(text, 0);
    while (at < text.length()) {
      if (most >= 0 && pieces.size() >= most) {
        pieces.add(s.slice(at, text.length()));
        break;
      }
      int end = at;
      while (end < text.length() && !PyText.isSpace(text.charAt(end))) {
        end++;
      }
      pieces.add(s.slice(at, end));
      at = PyText.skipSpace(text, end);
    }
    return pieces;
  }

  private static List<Str> spacesFromRight(Str s, int most) {
    var text = s.text();
    var pieces = new ArrayList<Str>();
    int end = PyText.skipSpaceBack(text, 0, text.length());
    while (end > 0) {
      if (most >= 0 && pieces.size() >= most) {
        pieces.add(s.slice(0, end));
        break;
      }
      int at = end;
      while (at > 0 && !PyText.isSpace(text.charAt(at - 1))) {
        at--;
      }
      pieces.add(s.slice(at, end));
      end = PyText.skipSpaceBack(text, 0, at);
    }
    Collections.reverse(pieces);
    return pieces;
  }

  static Value splitLines(Str s, Args args) {
    boolean keep = args.bind("splitlines", "keepends").truth("keepends", false);
    return StringMethods.listOf(lines(s, keep));
  }

  static List<Str> lines(Str s, boolean keepEnds) {
    var text = s.text();
    var pieces = new ArrayList<Str>();
    int at = 0;
    for (int i = 0; i < text.length(); i++) {
      if (!isLineEnd(text.charAt(i))) {
        continue;
      }
      boolean pair = text.charAt(i) == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
      int next = i + (pair ? 2 : 1);
      pieces.add(s.slice(at, keepEnds ? next : i));
      at = next;
      i = next - 1;
    }
    if (at < text.length()) {
      pieces.add(s.slice(at, text.length()));
    }
    return pieces;
  }

  private static boolean isLineEnd(char c) {
    return (c >= 10 && c <= 13)
        || (c >= 0x1C && c <= 0x1E)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  static Value partition(Str s, Args args, boolean fromRight) {
    var separator = args.bind("partition", "sep").text("sep");
    if (separator.text().isEmpty()) {
      throw new TemplateException("empty separator");
    }
    int found =
        fromRight ? s.text().lastIndexOf(separator.text()) : s.text().indexOf(separator.text());
    if (found < 0) {
      return fromRight
          ? Value.Seq.tuple(List.of(Str.EMPTY, Str.EMPTY, s))
          : Value.Seq.tuple(List.of(s, Str.EMPTY, Str.EMPTY));
    }
    int after = found + separator.text().length();
    return Value.Seq.tuple(
        List.of(s.slice(0, found), s.slice(found, after), s.slice(after, s.text().length())));
  }
}
