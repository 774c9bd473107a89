package dev.mlxmtp.text;

import java.util.function.IntPredicate;

/** Small steps over text that is still arriving. */
final class TextScan {
  private TextScan() {}

  static int skipSpace(CharSequence text, int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Position of the white space that ends at {@code to}. */
  static int skipSpaceBack(CharSequence text, int to) {
    int at = to;
    while (at > 0 && Character.isWhitespace(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  static boolean startsWith(CharSequence text, int at, String wanted) {
    return text.length() - at >= wanted.length()
        && CharSequence.compare(text.subSequence(at, at + wanted.length()), wanted) == 0;
  }

  /**
   * Whether the text from a position to its end is the front of a tag, perhaps nothing of it yet.
   */
  static boolean isPrefix(CharSequence text, int at, String tag) {
    int size = text.length() - at;
    return size < tag.length() && tag.startsWith(rest(text, at));
  }

  private static String rest(CharSequence text, int at) {
    return text.subSequence(at, text.length()).toString();
  }

  /** How long the front of a tag is that the text ends with; 0 if it ends with none. */
  static int partialTag(CharSequence text, String tag) {
    for (int size = Math.min(tag.length() - 1, text.length()); size > 0; size--) {
      if (tag.startsWith(rest(text, text.length() - size))) {
        return size;
      }
    }
    return 0;
  }

  /** Removes and returns the front of a buffer. */
  static String take(StringBuilder buffer, int count) {
    var front = buffer.substring(0, count);
    buffer.delete(0, count);
    return front;
  }

  static void dropFront(StringBuilder buffer, IntPredicate dropped) {
    int at = 0;
    while (at < buffer.length() && dropped.test(buffer.charAt(at))) {
      at++;
    }
    buffer.delete(0, at);
  }
}
