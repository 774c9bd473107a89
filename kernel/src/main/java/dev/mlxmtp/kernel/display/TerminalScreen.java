package dev.mlxmtp.kernel.display;

import java.io.PrintWriter;
import java.util.List;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.jline.utils.InfoCmp;
import org.jline.utils.Status;

/** The screen of the REPL: everything on one terminal. */
public final class TerminalScreen implements Screen {
  private static final AttributedStyle STATUS = AttributedStyle.DEFAULT.inverse();

  private final Terminal terminal;
  private final PrintWriter writer;
  private final boolean color;
  private final boolean dumb;
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
  }

  @Override
  public void print(String text, Tone tone) {
    clearProgress();
    if (text.isEmpty()) {
      return;
    }
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

  @Override
  public void status(String line) {
    if (dumb) {
      return;
    }
    Status bar = Status.getStatus(terminal);
    if (bar == null) {
      return;
    }
    if (line.isEmpty()) {
      bar.hide();
    } else {
      bar.update(List.of(new AttributedString(line, STATUS)));
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
