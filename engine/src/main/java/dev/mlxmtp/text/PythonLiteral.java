package dev.mlxmtp.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads Python's lists, tuples, dicts, strings, numbers and constants, which models write for JSON.
 */
final class PythonLiteral {
  private static final int MAX_DEPTH = 100;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:\\d{1,400}(?:\\.\\d{0,400})?|\\.\\d{1,400})(?:[eE][+-]?\\d{1,3})?");

  private static final class Malformed extends Exception {
    Malformed() {
      super("not a literal");
    }
  }

  private final String text;
  private int at;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /** The value of a text that is one literal as a whole and not None. */
  static Optional<Object> parse(String text) {
    var parser = new PythonLiteral(text);
    try {
      var value = parser.value(0);
      parser.skipSpace();
      return parser.at == text.length() ? Optional.ofNullable(value) : Optional.empty();
    } catch (Malformed e) {
      return Optional.empty();
    }
  }

  private void skipSpace() {
    at = TextScan.skipSpace(text, at);
  }

  private boolean skip(char c) {
    skipSpace();
    boolean found = at < text.length() && text.charAt(at) == c;
    at += found ? 1 : 0;
    return found;
  }

  private void expect(char c) throws Malformed {
    if (!skip(c)) {
      throw new Malformed();
    }
  }

  private Object value(int depth) throws Malformed {
    skipSpace();
    if (at >= text.length() || depth > MAX_DEPTH) {
      throw new Malformed();
    }
    return switch (text.charAt(at)) {
      case '{' -> dict(depth);
      case '[' -> items(']', depth);
      case '(' -> items(')', depth);
      case '\'', '"' -> string();
      case 'T' -> constant("True", true);
      case 'F' -> constant("False", false);
      case 'N' -> constant("None", null);
      case 't' -> constant("true", true);
      case 'f' -> constant("false", false);
      case 'n' -> constant("null", null);
      default -> number();
    };
  }

  private Object constant(String name, Object value) throws Malformed {
    if (!text.startsWith(name, at)) {
      throw new Malformed();
    }
    at += name.length();
    return value;
  }

  private Object number() throws Malformed {
    var match = NUMBER.matcher(text).region(at, text.length());
    if (!match.lookingAt()) {
      throw new Malformed();
    }
    at = match.end();
    var digits = match.group();
    if (digits.matches("[+-]?\\d{1,18}")) {
      return Long.parseLong(digits);
    }
    return digits.matches("[+-]?\\d+")
        ? (Object) new java.math.BigInteger(digits.replace("+", ""))
        : (Object) Double.parseDouble(digits);
  }

  private List<Object> items(char close, int depth) throws Malformed {
    at++;
    var items = new ArrayList<Object>();
    while (!skip(close)) {
      if (!items.isEmpty()) {
        expect(',');
        if (skip(close)) {
          break;
        }
      }
      items.add(value(depth + 1));
    }
    return items;
  }

  private Map<String, Object> dict(int depth) throws Malformed {
    at++;
    var dict = new LinkedHashMap<String, Object>();
    while (!skip('}')) {
      if (!dict.isEmpty()) {
        expect(',');
        if (skip('}')) {
          break;
        }
      }
      var key = value(depth + 1);
      expect(':');
      dict.put(String.valueOf(key), value(depth + 1));
    }
    return dict;
  }

  private String string() throws Malformed {
    char quote = text.charAt(at++);
    var out = new StringBuilder();
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at++);
      if (c == '\\' && at < text.length()) {
        escape(out);
      } else {
        out.append(c);
      }
    }
    if (at >= text.length()) {
      throw new Malformed();
    }
    at++;
    return out.toString();
  }

  private void escape(StringBuilder out) throws Malformed {
    char c = text.charAt(at++);
    switch (c) {
      case 'n' -> out.append('\n');
      case 't' -> out.append('\t');
      case 'r' -> out.append('\r');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case '\\', '\'', '"', '/' -> out.append(c);
      case '\n' -> {}
      case 'x' -> out.appendCodePoint(hex(2));
      case 'u' -> out.append((char) hex(4));
      default -> out.append('\\').append(c);
    }
  }

  private int hex(int digits) throws Malformed {
    if (at + digits > text.length()) {
      throw new Malformed();
    }
    try {
      int value = Integer.parseInt(text.substring(at, at + digits), 16);
      at += digits;
      return value;
    } catch (NumberFormatException e) {
      throw new Malformed();
    }
  }
}
