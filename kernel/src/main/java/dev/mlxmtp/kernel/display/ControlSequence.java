package dev.mlxmtp.kernel.display;

/** The one escape sequence beside styles. */
final class ControlSequence {
  private ControlSequence() {}

  /** Goes to the line's beginning, writes, and erases what stood behind. */
  static String replaceLine(String text) {
    return "\r" + text + "\033[K";
  }
}
