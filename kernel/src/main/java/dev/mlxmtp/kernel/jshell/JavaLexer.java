package dev.mlxmtp.kernel.jshell;

import dev.mlxmtp.kernel.jshell.Highlight.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds words, literals and comments, in source that need not be whole: it is being typed. */
final class JavaLexer {
  private static final String TEXT_BLOCK = "\"\"\"";
  private static final Set<String> KEYWORDS =
      Set.of(
          ("abstract assert boolean break byte case catch char class const continue default do double"
                  + " else enum extends false final finally float for goto if implements import"
                  + " instanceof int interface long native new null package private protected public"
                  + " return short static strictfp super switch synchronized this throw throws"
                  + " transient true try void volatile while")
              .split(" "));

  private final String source;
  private final List<Highlight> found = new ArrayList<>();
  private int openBraces;
  private int openOthers;

  private JavaLexer(String source) {
    this.source = source;
  }

  /** Keywords, strings, comments and numbers, in their order. */
  static List<Highlight> highlights(String source) {
    JavaLexer lexer = new JavaLexer(source);
    lexer.scan();
    return List.copyOf(lexer.found);
  }

  /** How many braces are open at the end. */
  static int openBraces(String source) {
    JavaLexer lexer = new JavaLexer(source);
    lexer.scan();
    return lexer.openBraces;
  }

  /** Whether a brace, parenthesis or bracket is open at the end. */
  static boolean isNested(String source) {
    JavaLexer lexer = new JavaLexer(source);
    lexer.scan();
    return lexer.openBraces + lexer.openOthers > 0;
  }

  /** Where the name ends in which, or right behind which, the character stands. */
  static int endOfName(String source, int at) {
    int end = at;
    while (end < source.length() && Character.isJavaIdentifierPart(source.charAt(end))) {
      end++;
    }
    return end;
  }

  /** Where the name begins that ends there. */
  static int startOfName(String source, int end) {
    int start = end;
    while (start > 0 && Character.isJavaIdentifierPart(source.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private void scan() {
    int at = 0;
    while (at < source.length()) {
      char c = source.charAt(at);
      int end = at + 1;
      if (source.startsWith("//", at)) {
        end = add(at, endOfLine(at), Kind.COMMENT);
      } else if (source.startsWith("/*", at)) {
        end = add(at, after("*/", at + 2), Kind.COMMENT);
      } else if (source.startsWith(TEXT_BLOCK, at)) {
        end = add(at, endOfTextBlock(at), Kind.STRING);
      } else if (c == '"' || c == '\'') {
        end = add(at, endOfQuoted(at), Kind.STRING);
      } else if (isDigit(at) || c == '.' && isDigit(at + 1)) {
        end = add(at, endOfNumber(at), Kind.NUMBER);
      } else if (Character.isJavaIdentifierStart(c)) {
        end = endOfName(source, at);
        if (KEYWORDS.contains(source.substring(at, end))) {
          add(at, end, Kind.KEYWORD);
        }
      } else {
        count(c);
      }
      at = end;
    }
  }

  private void count(char c) {
    switch (c) {
      case '{' -> openBraces++;
      case '}' -> openBraces = Math.max(0, openBraces - 1);
      case '(', '[' -> openOthers++;
      case ')', ']' -> openOthers = Math.max(0, openOthers - 1);
      default -> {}
    }
  }

  private int add(int start, int end, Kind kind) {
    found.add(new Highlight(start, end, kind));
    return end;
  }

  private boolean isDigit(int at) {
    return at < source.length() && source.charAt(at) >= '0' && source.charAt(at) <= '9';
  }

  private int endOfLine(int at) {
    int end = source.indexOf('\n', at);
    return end < 0 ? source.length() : end;
  }

  private int after(String mark, int from) {
    int at = source.indexOf(mark, from);
    return at < 0 ? source.length() : at + mark.length();
  }

  private int endOfTextBlock(int start) {
    int at = start + TEXT_BLOCK.length();
    while (at < source.length() && !source.startsWith(TEXT_BLOCK, at)) {
      at += source.charAt(at) == '\\' ? 2 : 1;
    }
    return Math.min(source.length(), at + TEXT_BLOCK.length());
  }

  private int endOfQuoted(int start) {
    char quote = source.charAt(start);
    int at = start + 1;
    while (at < source.length() && source.charAt(at) != quote && source.charAt(at) != '\n') {
      at += source.charAt(at) == '\\' ? 2 : 1;
    }
    boolean closed = at < source.length() && source.charAt(at) == quote;
    return Math.min(source.length(), closed ? at + 1 : at);
  }

  // Hexadecimal digits, suffixes and exponents are letters; a sign belongs to it behind an
  // exponent.
  private int endOfNumber(int start) {
    boolean hex = source.startsWith("0x", start) || source.startsWith("0X", start);
    String exponents = hex ? "pP" : "eE";
    int at = start;
    while (at < source.length()) {
      char c = source.charAt(at);
      boolean signed = (c == '+' || c == '-') && exponents.indexOf(source.charAt(at - 1)) >= 0;
      if (!signed && c != '.' && !Character.isJavaIdentifierPart(c)) {
        break;
      }
      at++;
    }
    return at;
  }
}
