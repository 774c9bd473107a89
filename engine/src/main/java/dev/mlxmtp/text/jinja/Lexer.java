package dev.mlxmtp.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens, with the white space rules that Hugging Face sets: the newline after
 * a block tag goes ({@code trim_blocks}), so does the indentation before one ({@code
 * lstrip_blocks}), and one newline at the very end.
 */
final class Lexer {
  private static final Pattern NEWLINE = Pattern.compile("\r\n|\r|\n");
  private static final Pattern RAW_BEGIN =
      Pattern.compile("\\{%[-+]?\\s*raw\\s*(-?)%\\}", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern RAW_END =
      Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}", Pattern.UNICODE_CHARACTER_CLASS);

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int counted;
  private boolean lineStarting = true;

  private Lexer(String template) {
    var text = NEWLINE.matcher(template).replaceAll("\n");
    source = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  static List<Token> tokenize(String template) {
    var lexer = new Lexer(template);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    for (int tag = nextTag(at); tag >= 0; tag = nextTag(at)) {
      switch (source.charAt(tag + 1)) {
        case '{' -> print(tag);
        case '#' -> comment(tag);
        default -> block(tag);
      }
    }
    data(at, source.length());
    at = source.length();
    add(Token.Kind.EOF, "");
  }

  private int nextTag(int from) {
    for (int i = source.indexOf('{', from); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private void data(int from, int to) {
    if (from < to) {
      tokens.add(new Token(Token.Kind.DATA, source.substring(from, to), lineOf(from)));
    }
  }

  private void add(Token.Kind kind, String text) {
    tokens.add(new Token(kind, text, lineOf(at)));
  }

  /** The line of a position; positions must not go back. */
  private int lineOf(int position) {
    for (; counted < position; counted++) {
      if (source.charAt(counted) == '\n') {
        line++;
      }
    }
    return line;
  }

  /** Takes over the text before a tag, cut as its sign says, and moves behind the sign. */
  private void textBefore(int tag, boolean isPrint) {
    char sign = charAt(tag + 2);
    textBefore(tag, sign, isPrint);
    at = tag + (sign == '-' || sign == '+' ? 3 : 2);
    lineStarting = false;
  }

  private void textBefore(int tag, char sign, boolean isPrint) {
    int end = tag;
    if (sign == '-') {
      end = PyText.skipSpaceBack(source, at, tag);
    } else if (sign != '+' && !isPrint) {
      int blank = PyText.skipSpaceBack(source, at, tag);
      int newline = source.substring(blank, tag).lastIndexOf('\n');
      if (newline >= 0) {
        end = blank + newline + 1;
      } else if (blank == at && lineStarting) {
        end = at;
      }
    }
    data(at, end);
  }

  private char charAt(int position) {
    return position < source.length() ? source.charAt(position) : '\0';
  }

  private void print(int tag) {
    textBefore(tag, true);
    add(Token.Kind.PRINT_BEGIN, "{{");
    inTag("}}", Token.Kind.PRINT_END);
  }

  private void block(int tag) {
    var raw = RAW_BEGIN.matcher(source).region(tag, source.length());
    if (raw.lookingAt()) {
      textBefore(tag, charAt(tag + 2), false);
      at = raw.group(1).isEmpty() ? raw.end() : PyText.skipSpace(source, raw.end());
      lineStarting = source.charAt(at - 1) == '\n';
      raw();
      return;
    }
    textBefore(tag, false);
    add(Token.Kind.BLOCK_BEGIN, "{%");
    inTag("%}", Token.Kind.BLOCK_END);
  }

  private void raw() {
    var end = RAW_END.matcher(source);
    if (!end.find(at)) {
      throw new TemplateException("Missing end of raw directive", lineOf(at));
    }
    char sign = end.group(1).isEmpty() ? '\0' : end.group(1).charAt(0);
    textBefore(end.start(), sign, false);
    afterTag(end.end(), end.group(2), true);
  }

  private void comment(int tag) {
    textBefore(tag, false);
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw new TemplateException("Missing end of comment tag", lineOf(at));
    }
    char before = end > at ? source.charAt(end - 1) : '\0';
    afterTag(end + 2, before == '-' ? "-" : before == '+' ? "+" : "", true);
  }

  /** Moves behind a closed tag and the white space that goes with it. */
  private void afterTag(int end, String sign, boolean trimsNewline) {
    at = end;
    if (sign.equals("-")) {
      at = PyText.skipSpace(source, end);
    } else if (sign.isEmpty() && trimsNewline && charAt(end) == '\n') {
      at = end + 1;
    }
    lineStarting = source.charAt(at - 1) == '\n';
  }

  private void inTag(String close, Token.Kind closeKind) {
    var inside = new TagLexer(source, this::lineOf, tokens);
    int position = at;
    while (true) {
      position = PyText.skipSpace(source, position);
      if (position >= source.length()) {
        at = source.length();
        return;
      }
      if (inside.isBalanced()) {
        char sign = charAt(position);
        boolean isBlock = closeKind == Token.Kind.BLOCK_END;
        boolean signed = sign == '-' || (sign == '+' && isBlock);
        if (source.startsWith(close, position + (signed ? 1 : 0))) {
          at = position;
          add(closeKind, close);
          int end = position + close.length() + (signed ? 1 : 0);
          afterTag(end, signed ? String.valueOf(sign) : "", isBlock);
          return;
        }
      }
      position = inside.next(position);
    }
  }
}
