package dev.mlxmtp.kernel.display;

import java.io.PrintWriter;
import java.util.Optional;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jline.utils.InfoCmp.Capability;

/**
 * The terminal's last row, kept for figures while text is written and scrolls above it. JLine's own
 * status bar assumes that its line editor redraws the rows, and overwrites a row of running text.
 * One thread.
 */
final class StatusLine {
  private static final int LEAST_ROWS = 4;

  // The cursor keeps its column; at the last row, which the second half leaves, the rows scroll.
  private static final String ONE_ROW_BELOW = "\033D\033[A";
  private static final String SAVE_CURSOR = "\0337";
  private static final String RESTORE_CURSOR = "\0338";
  private static final String ERASE_BELOW = "\033[J";
  private static final String ERASE_ROW = "\033[K";
  private static final String SCROLL_ALL = "\033[r";

  private final Terminal terminal;
  private final PrintWriter writer;
  private final AttributedStyle style;
  private final boolean possible;
  private Optional<Size> kept = Optional.empty();
  private String shown = "";

  /**
   * @param style of the row
   */
  StatusLine(Terminal terminal, AttributedStyle style) {
    this.terminal = terminal;
    this.writer = terminal.writer();
    this.style = style;
    this.possible =
        terminal.getStringCapability(Capability.change_scroll_region) != null
            && terminal.getStringCapability(Capability.save_cursor) != null;
  }

  /** Keeps the row free from now on. The cursor stands behind text of any length. */
  void begin() {
    if (possible && kept.isEmpty()) {
      keep();
    }
  }

  private void keep() {
    Size size = terminal.getSize();
    if (size.getRows() < LEAST_ROWS || size.getColumns() < 2) {
      return;
    }
    // Setting the region moves the cursor.
    writer.print(
        ONE_ROW_BELOW + SAVE_CURSOR + "\033[1;" + (size.getRows() - 1) + "r" + RESTORE_CURSOR);
    kept = Optional.of(size);
  }

  /** Shows a line, cut where the terminal is too narrow. */
  void show(String line) {
    follow();
    shown = line;
    kept.ifPresent(size -> draw(line, size));
  }

  private void draw(String line, Size size) {
    // The last column stays empty: a row that is full may be joined with the next one on a resize.
    AttributedString cut =
        new AttributedString(line, style).columnSubSequence(0, size.getColumns() - 1);
    writer.print(
        SAVE_CURSOR
            + "\033["
            + size.getRows()
            + ";1H"
            + new AttributedStringBuilder().append(cut).toAnsi(terminal)
            + "\033[0m"
            + ERASE_ROW
            + RESTORE_CURSOR);
    writer.flush();
  }

  /** Before text is written: a terminal that was resized scrolls all its rows again. */
  void follow() {
    if (kept.isEmpty() || kept.get().equals(terminal.getSize())) {
      return;
    }
    // Wherever the old row went, it is below the text.
    writer.print(ERASE_BELOW + SAVE_CURSOR + SCROLL_ALL + RESTORE_CURSOR);
    kept = Optional.empty();
    keep();
    show(shown);
  }

  /** Gives the row back. */
  void end() {
    follow();
    if (kept.isPresent()) {
      writer.print(
          SAVE_CURSOR
              + SCROLL_ALL
              + "\033["
              + kept.get().getRows()
              + ";1H"
              + ERASE_ROW
              + RESTORE_CURSOR);
      writer.flush();
      kept = Optional.empty();
      shown = "";
    }
  }
}
