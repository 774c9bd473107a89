package dev.mlxmtp.kernel.display;

import java.util.Locale;

/**
 * How answers are shown.
 *
 * @param drafts which drafts are marked
 * @param thinking whether thinking is shown or folded away
 */
public record AnswerStyle(Drafts drafts, Thinking thinking) {

  /** Which drafts are marked. */
  public enum Drafts {
    /** Those that became text, tinted. */
    ACCEPTED,
    /** Also those that did not, struck through in the place for which they were drafted. */
    REJECTED,
    /** None. */
    OFF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether thinking is shown. */
  public enum Thinking {
    SHOW,
    HIDE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Accepted drafts tinted, thinking shown. */
  public static AnswerStyle standard() {
    return new AnswerStyle(Drafts.ACCEPTED, Thinking.SHOW);
  }

  /** Whether a piece is to be seen at all. */
  boolean shows(Piece piece) {
    return piece.isText() || drafts == Drafts.REJECTED;
  }

  /** The tone in which a piece is seen. */
  Tone tone(Piece piece) {
    boolean marked = drafts != Drafts.OFF;
    return marked ? piece.tone() : piece.thinking() ? Tone.THINKING : Tone.PLAIN;
  }
}
