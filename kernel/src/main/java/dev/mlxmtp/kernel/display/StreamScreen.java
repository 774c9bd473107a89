package dev.mlxmtp.kernel.display;

import java.io.PrintStream;

/** The screen of a shell: answers on one stream, notes and progress on the other. */
public final class StreamScreen implements Screen {
  private final PrintStream out;
  private final PrintStream err;
  private final Look look;
  private boolean lineOpen;
  private boolean progressShown;

  /**
   * What the two streams can show.
   *
   * @param colorOut the answer is seen in colours
   * @param colorErr the notes are seen in colours
   * @param progress somebody watches the notes
   */
  public record Look(boolean colorOut, boolean colorErr, boolean progress) {
    /** For streams that nobody watches. */
    public static Look plain() {
      return new Look(false, false, false);
    }
  }

  /** Writes to these streams, which it does not close. */
  public StreamScreen(PrintStream out, PrintStream err, Look look) {
    this.out = out;
    this.err = err;
    this.look = look;
  }

  @Override
  public void print(String text, Tone tone) {
    clearProgress();
    if (text.isEmpty()) {
      return;
    }
    out.print(look.colorOut ? tone.ansi(text) : text);
    // Flushes, too.
    if (out.checkError()) {
      throw new OutputClosedException();
    }
    lineOpen = !text.endsWith("\n");
  }

  @Override
  public void endLine() {
    if (lineOpen) {
      print("\n", Tone.PLAIN);
    }
  }

  @Override
  public void note(String line, Tone tone) {
    clearProgress();
    err.print((look.colorErr ? tone.ansi(line) : line) + "\n");
    err.flush();
  }

  @Override
  public void progress(String line) {
    if (look.progress) {
      err.print(ControlSequence.replaceLine(line));
      err.flush();
      progressShown = true;
    }
  }

  private void clearProgress() {
    if (progressShown) {
      err.print(ControlSequence.replaceLine(""));
      err.flush();
      progressShown = false;
    }
  }

  @Override
  public boolean hasColor() {
    return look.colorOut;
  }
}
