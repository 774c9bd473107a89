package dev.mlxmtp.kernel.display;

/**
 * Where a command's output goes. The answer and the notes beside it are two channels, which a shell
 * can tell apart. One thread.
 */
public interface Screen {

  /**
   * Adds to the answer, at once.
   *
   * @throws OutputClosedException where nobody can read it any more
   */
  void print(String text, Tone tone);

  /** Ends the answer's line if it is not at its beginning. */
  void endLine();

  /** Writes a whole line beside the answer. */
  void note(String line, Tone tone);

  /** Shows a line that the next output replaces; nothing where nobody watches. */
  void progress(String line);

  /** Takes away what was shown so far, where that is possible. */
  default void clear() {}

  /** True where tones are visible. */
  boolean hasColor();

  /** Columns of text. */
  default int width() {
    return 80;
  }

  /** True where other characters than ASCII may not be readable. */
  default boolean isAscii() {
    return false;
  }

  /** Shows a line of figures that lasts beside the answer; the empty one takes it away. */
  default void status(String line) {}

  /** Shows something in the richest form that there is here. */
  default void show(Visual visual) {
    visual.print(this);
  }

  /**
   * Shows the value of a Java cell.
   *
   * @param name the variable that holds it
   */
  default void result(String name, Visual value) {
    endLine();
    if (value instanceof PlainText) {
      print(name + " ==> ", Tone.NOTE);
    }
    show(value);
  }

  /** Shows an answer while it is made. */
  default AnswerDisplay answer(AnswerStyle style) {
    return new TextAnswer(this, style);
  }

  /** Adds a plain line to the answer. */
  default void println(String line) {
    print(line + "\n", Tone.PLAIN);
  }
}
