package dev.mlxmtp.kernel.jupyter;

/** Places in a cell: the protocol counts characters, Java counts UTF-16 units. */
final class Offsets {
  private Offsets() {}

  static int inChars(String text, int codePoints) {
    int most = text.codePointCount(0, text.length());
    return text.offsetByCodePoints(0, Math.clamp(codePoints, 0, most));
  }

  static int inCodePoints(String text, int chars) {
    return text.codePointCount(0, Math.clamp(chars, 0, text.length()));
  }
}
