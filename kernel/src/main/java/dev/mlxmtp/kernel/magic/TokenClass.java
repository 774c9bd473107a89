package dev.mlxmtp.kernel.magic;

import java.util.Locale;
import javax.lang.model.SourceVersion;

/** What a token is in a text of Java. */
enum TokenClass {
  WHITESPACE,
  KEYWORD,
  IDENTIFIER,
  NUMBER,
  PUNCTUATION,
  /** Parts of characters, and signs of other scripts. */
  OTHER;

  /** The class of a token by its text; blanks around it do not count. */
  static TokenClass of(String text) {
    String bare = text.strip();
    if (bare.isEmpty()) {
      return WHITESPACE;
    }
    if (SourceVersion.isKeyword(bare)) {
      return KEYWORD;
    }
    int first = bare.codePointAt(0);
    if (Character.isDigit(first)) {
      return NUMBER;
    }
    if (Character.isJavaIdentifierPart(first)) {
      return IDENTIFIER;
    }
    return first < 0x80 ? PUNCTUATION : OTHER;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
