package dev.mlxmtp.kernel.cell;

import dev.mlxmtp.kernel.display.Answer;
import dev.mlxmtp.kernel.display.HtmlText;
import dev.mlxmtp.kernel.magic.CancelledException;
import dev.mlxmtp.kernel.magic.JavaValue;
import dev.mlxmtp.kernel.magic.Magic;
import dev.mlxmtp.kernel.magic.MagicException;
import dev.mlxmtp.kernel.magic.MagicLine;

/**
 * What Java cells reach the program by. Its methods are in scope in every cell, and find the
 * workspace whose cell is running.
 */
public final class Notebook {
  static final ScopedValue<CellRunner> CURRENT = ScopedValue.newInstance();

  private Notebook() {}

  private static CellRunner current() {
    if (!CURRENT.isBound()) {
      throw new IllegalStateException(
          "The session can be used in a cell's own thread only, not in threads that it starts.");
    }
    return CURRENT.get();
  }

  /** The session, whichever model is resident. */
  public static LiveSession session() {
    return new LiveSession(Notebook::current);
  }

  /** Shows objects, each in its richest form. */
  public static void display(Object... objects) {
    for (Object object : objects) {
      current().workspace().screen().show(JavaValue.visual(object));
    }
  }

  /** Shows markup; a terminal shows its source. */
  public static void html(String markup) {
    current().workspace().screen().show(new HtmlText(markup));
  }

  /** Takes away what the cell has shown so far; a terminal is cleared. */
  public static void clear() {
    current().workspace().screen().clear();
  }

  /**
   * Runs a command, such as {@code magic("%generate --mtp=2 hello")}; the sign may be left out.
   *
   * @throws RuntimeException what the command throws where it cannot be done
   */
  public static void magic(String command) {
    String line = command.strip();
    MagicLine parsed = MagicLine.of(MagicLine.isMagic(line) ? line : "%" + line);
    if (current().magic(parsed) == Magic.Outcome.CANCELLED) {
      throw new CancelledException("The command was cancelled.");
    }
  }

  /**
   * The newest answer of a command or of the chat.
   *
   * @throws MagicException where there is none yet
   */
  public static Answer last() {
    return current()
        .workspace()
        .last()
        .orElseThrow(() -> new MagicException("Nothing was answered yet; ask something first."));
  }
}
