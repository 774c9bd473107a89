package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.cell.LineInput;
import dev.mlxmtp.kernel.display.TerminalScreen;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.kernel.magic.CancelledException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jline.terminal.Terminal;
import org.jline.utils.NonBlockingReader;

/**
 * What Java cells read as standard input: the terminal's lines, seen while they are typed. They
 * come through the line editor's own reader, which may have read ahead.
 */
final class TerminalInput extends LineInput {
  private static final long A_MOMENT_MS = 50;
  private static final int CTRL_C = 3;
  private static final int CTRL_D = 4;

  private final Terminal terminal;
  private final TerminalScreen screen;

  TerminalInput(Terminal terminal, TerminalScreen screen) {
    this.terminal = terminal;
    this.screen = screen;
  }

  /** A cell begins. */
  void begin() {
    forget();
  }

  // Empty where Ctrl-D is typed at a line's beginning.
  @Override
  protected byte[] ask() throws IOException {
    System.out.flush();
    // What was typed ahead was not seen then.
    if (terminal.reader().peek(1) != NonBlockingReader.READ_EXPIRED) {
      String line = line();
      screen.print(line, Tone.PLAIN);
      return line.getBytes(StandardCharsets.UTF_8);
    }
    boolean echo = terminal.echo(true);
    try {
      String line = line();
      if (line.endsWith("\n")) {
        screen.lineTyped();
      }
      return line.getBytes(StandardCharsets.UTF_8);
    } finally {
      terminal.echo(echo);
    }
  }

  private String line() throws IOException {
    StringBuilder typed = new StringBuilder();
    for (int c = next(); c >= 0 && !isEnd(c, typed); c = next()) {
      // What was typed while the line editor was still there came as it is on the keys.
      typed.append(c == '\r' ? '\n' : (char) c);
      if (typed.charAt(typed.length() - 1) == '\n') {
        break;
      }
    }
    return typed.toString();
  }

  private static boolean isEnd(int c, StringBuilder typed) {
    if (c == CTRL_C) {
      throw cancelled();
    }
    return c == CTRL_D && typed.isEmpty();
  }

  private static CancelledException cancelled() {
    return new CancelledException("The cell was cancelled while it read a line.");
  }

  // Waits in slices, since nothing wakes a thread that the terminal keeps waiting.
  private int next() throws IOException {
    NonBlockingReader reader = terminal.reader();
    int c = NonBlockingReader.READ_EXPIRED;
    while (c == NonBlockingReader.READ_EXPIRED) {
      if (Thread.currentThread().isInterrupted()) {
        throw cancelled();
      }
      c = reader.read(A_MOMENT_MS);
    }
    return c;
  }
}
