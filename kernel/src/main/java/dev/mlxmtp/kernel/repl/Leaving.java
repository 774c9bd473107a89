package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.display.TerminalScreen;
import dev.mlxmtp.kernel.display.Tone;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jline.terminal.Terminal;

/** Ends the program where a cell does not, with the terminal as it was found. */
record Leaving(Terminal terminal, TerminalScreen screen) implements TerminalInterrupts.LastResort {
  private static final int INTERRUPTED = 130;

  @Override
  public void announce() {
    screen.note("it does not stop; Ctrl-C once more ends the program", Tone.NOTE);
  }

  @Override
  public void take() {
    screen.status("");
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
  }
}
