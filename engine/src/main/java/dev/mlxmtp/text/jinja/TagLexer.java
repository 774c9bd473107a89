package dev.mlxmtp.text.jinja;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads names, numbers, strings and operators inside a tag. */
final class TagLexer {
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)(?:\\d+_)*+\\d+(?:(?:\\.(?:\\d+_)*+\\d+)?[eE][+\\-]?(?:\\d+_)*+\\d+"
              + "|\\.(?:\\d+_)*+\\d+)");
  private static final Pattern INTEGER =
      Pattern.compile(
          "0[bB](?:_?[01])++|0[oO](?:_?[0-7])++|0[xX](?:_?[0-9a-fA-F])++|[1-9](?:_?\\d)*+"
              + "|0(?:_?0)*+");
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}\\p{M}\\p{Pc}]++");
  private static final List<String> LONG_OPERATORS = List.of("//", "**", "==", "!=", ">=", "<=");
  private static final String OPERATORS = "+-/*%~[](){}><=.:|,;";

  private final String source;
  private final IntUnaryOperator lineOf;
  private final List<Token> tokens;
  private final Deque<Character> open = new ArrayDeque<>();

  TagLexer(String source, IntUnaryOperator lineOf, List<Token> tokens) {
    this.source = source;
    this.lineOf = lineOf;
    this.tokens = tokens;
  }

  boolean isBalanced() {
    return open.isEmpty();
  }

  /** Reads the token at a position and returns the position after it. */
  int next(int at) {
    int line = lineOf.applyAsInt(at);
    char c = source.charAt(at);
    if (c == '\'' || c == '"') {
      return string(at, c, line);
    }
    if (c >= '0' && c <= '9') {
      var real = matcher(FLOAT, at);
      if (real.lookingAt()) {
        return add(Token.Kind.FLOAT, real.group().replace("_", ""), line, real.end());
      }
      var integer = matcher(INTEGER, at);
      if (integer.lookingAt()) {
        return add(Token.Kind.INTEGER, integer.group().replace("_", ""), line, integer.end());
      }
    }
    var name = matcher(NAME, at);
    if (name.lookingAt()) {
      if (!StringCase.isIdentifier(name.group())) {
        throw new TemplateException("Invalid character in identifier", line);
      }
      return add(Token.Kind.NAME, name.group(), line, name.end());
    }
    return operator(at, c, line);
  }

  private Matcher matcher(Pattern pattern, int at) {
    return pattern.matcher(source).useTransparentBounds(true).region(at, source.length());
  }

  private int add(Token.Kind kind, String text, int line, int end) {
    tokens.add(new Token(kind, text, line));
    return end;
  }

  private int operator(int at, char c, int line) {
    for (var operator : LONG_OPERATORS) {
      if (source.startsWith(operator, at)) {
        return add(Token.Kind.OPERATOR, operator, line, at + 2);
      }
    }
    if (OPERATORS.indexOf(c) < 0) {
      throw new TemplateException(
          "unexpected char '%s'".formatted(Character.toString(source.codePointAt(at))), line);
    }
    switch (c) {
      case '{' -> open.push('}');
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '}', ')', ']' -> {
        if (open.isEmpty()) {
          throw new TemplateException("unexpected '" + c + "'", line);
        }
        char expected = open.pop();
        if (expected != c) {
          throw new TemplateException(
              "unexpected '%s', expected '%s'".formatted(c, expected), line);
        }
      }
      default -> {}
    }
    return add(Token.Kind.OPERATOR, String.valueOf(c), line, at + 1);
  }

  private int string(int at, char quote, int line) {
    var out = new StringBuilder();
    int i = at + 1;
    while (i < source.length() && source.charAt(i) != quote) {
      if (source.charAt(i) == '\\' && i + 1 < source.length()) {
        i = escape(i + 1, out, line);
      } else {
        out.append(source.charAt(i++));
      }
    }
    if (i >= source.length()) {
      throw new TemplateException("unexpected char '" + quote + "'", line);
    }
    return add(Token.Kind.STRING, out.toString(), line, i + 1);
  }

  /** Reads the escape whose letter is at a position and returns the position after it. */
  private int escape(int at, StringBuilder out, int line) {
    char c = source.charAt(at);
    switch (c) {
      case 'n' -> out.append('\n');
      case 't' -> out.append('\t');
      case 'r' -> out.append('\r');
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'v' -> out.append('\u000B');
      case '\\', '\'', '"' -> out.append(c);
      case '\n' -> {}
      case 'x' -> {
        return hex(at, 2, out, line);
      }
      case 'u' -> {
        return hex(at, 4, out, line);
      }
      case 'U' -> {
        return hex(at, 8, out, line);
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int end = at;
        int value = 0;
        while (end < at + 3 && isOctal(end)) {
          value = value * 8 + source.charAt(end++) - '0';
        }
        out.append((char) value);
        return end;
      }
      case 'N' -> throw new TemplateException("named characters (\\N) are not supported", line);
      default -> out.append('\\').append(c);
    }
    return at + 1;
  }

  private boolean isOctal(int at) {
    return at < source.length() && source.charAt(at) >= '0' && source.charAt(at) <= '7';
  }

  private int hex(int at, int digits, StringBuilder out, int line) {
    int end = at + 1 + digits;
    long value = 0;
    for (int i = at + 1; i < end; i++) {
      int digit = i < source.length() ? Character.digit(source.charAt(i), 16) : -1;
      if (digit < 0) {
        throw new TemplateException("truncated \\" + source.charAt(at) + " escape", line);
      }
      value = value * 16 + digit;
    }
    if (value > Character.MAX_CODE_POINT) {
      throw new TemplateException("illegal Unicode character", line);
    }
    out.appendCodePoint((int) value);
    return end;
  }
}
