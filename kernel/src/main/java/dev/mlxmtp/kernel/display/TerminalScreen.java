package dev.mlxmtp.kernel.display;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedStyle;
import org.jline.utils.InfoCmp;

/** The screen of the REPL: everything on one terminal. */
public final class TerminalScreen implements Screen {
  private final Terminal terminal;
  private final PrintWriter writer;
  private final boolean color;
  private final boolean dumb;
  private final StatusLine status;
  private boolean lineOpen;
  private boolean progressShown;

  /**
   * @param color shows tones; a dumb terminal shows none all the same
   */
  public TerminalScreen(Terminal terminal, boolean color) {
    this.terminal = terminal;
    this.writer = terminal.writer();
    this.dumb = terminal.getType().startsWith(Terminal.TYPE_DUMB);
    this.color = color && !dumb;
    AttributedStyle plain = AttributedStyle.DEFAULT;
    this.status = new StatusLine(terminal, this.color ? plain.inverse() : plain);
  }

  @Override
  public void print(String text, Tone tone) {
    clearProgress();
    if (text.isEmpty()) {
      return;
    }
    status.follow();
    writer.print(color ? tone.ansi(text) : text);
    writer.flush();
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
    endLine();
    print(line + "\n", tone);
  }

  @Override
  public void progress(String line) {
    if (dumb || lineOpen) {
      return;
    }
    int width = terminal.getSize().getColumns();
    String shown = width > 1 && line.length() >= width ? line.substring(0, width - 1) : line;
    writer.print(ControlSequence.replaceLine(shown));
    writer.flush();
    progressShown = true;
  }

  /** Text that does not come through this screen, but ends its lines all the same. Any thread. */
  public PrintStream stream() {
    OutputStream bytes =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] text, int from, int length) throws IOException {
            if (length > 0) {
              clearProgress();
              terminal.output().write(text, from, length);
              terminal.output().flush();
              lineOpen = text[from + length - 1] != '\n';
            }
          }
        };
    return new PrintStream(bytes, false, StandardCharsets.UTF_8);
  }

  /** The user has ended the line. */
  public void lineTyped() {
    lineOpen = false;
  }

  @Override
  public void clear() {
    terminal.puts(InfoCmp.Capability.clear_screen);
    writer.flush();
    lineOpen = false;
  }

  @Override
  public int width() {
    int columns = terminal.getSize().getColumns();
    return columns > 0 ? columns : Screen.super.width();
  }

  @Override
  public boolean isAscii() {
    return dumb;
  }

  // Kept from the start, when the cursor is where it seems to be: behind a full row it is not.
  @Override
  public AnswerDisplay answer(AnswerStyle style) {
    status.begin();
    return new TextAnswer(this, style);
  }

  @Override
  public void status(String line) {
    if (line.isEmpty()) {
      status.end();
    } else {
      status.show(line);
    }
  }

  private void clearProgress() {
    if (progressShown) {
      writer.print(ControlSequence.replaceLine(""));
      writer.flush();
      progressShown = false;
    }
  }

  @Override
  public boolean hasColor() {
    return color;
  }
}
