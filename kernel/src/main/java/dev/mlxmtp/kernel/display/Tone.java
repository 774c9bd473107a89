package dev.mlxmtp.kernel.display;

import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** What a piece of text is; a screen with colours shows the difference. */
public enum Tone {
  /** Plain text. */
  PLAIN(AttributedStyle.DEFAULT),
  /** A drafted token that the model accepted: colour and underline, for those who miss either. */
  ACCEPTED(AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN).underline()),
  /** A drafted token that the model did not choose. */
  REJECTED(AttributedStyle.DEFAULT.foreground(AttributedStyle.RED).crossedOut()),
  /** Thinking before the answer. */
  THINKING(AttributedStyle.DEFAULT.faint()),
  /** Thinking that was drafted and accepted. */
  ACCEPTED_THINKING(AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN).faint().underline()),
  /** Every other token of a text that is shown cut up. */
  TOKEN_A(AttributedStyle.DEFAULT.foreground(AttributedStyle.CYAN).underline()),
  /** The tokens between those. */
  TOKEN_B(AttributedStyle.DEFAULT.foreground(AttributedStyle.YELLOW)),
  /** Statistics and remarks beside the answer. */
  NOTE(AttributedStyle.DEFAULT.faint()),
  /** Names of things in tables and help. */
  HEADING(AttributedStyle.DEFAULT.bold()),
  /** What went wrong. */
  ERROR(AttributedStyle.DEFAULT.foreground(AttributedStyle.RED));

  private final AttributedStyle style;

  Tone(AttributedStyle style) {
    this.style = style;
  }

  /** The text with the escape codes of this tone. Blank runs are never underlined. */
  String ansi(String text) {
    if (style.equals(AttributedStyle.DEFAULT)) {
      return text;
    }
    AttributedStyle blank = style.underlineOff();
    AttributedStringBuilder builder = new AttributedStringBuilder(text.length());
    int start = 0;
    while (start < text.length()) {
      boolean space = Character.isWhitespace(text.charAt(start));
      int end = start + 1;
      while (end < text.length() && Character.isWhitespace(text.charAt(end)) == space) {
        end++;
      }
      builder.style(space ? blank : style).append(text, start, end);
      start = end;
    }
    return builder.toAnsi();
  }
}
