package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Style;
import java.io.PrintStream;

/**
 * Where a magic writes.
 *
 * @param out answers and tables
 * @param err statistics and errors; the same as {@code out} in an interactive terminal
 * @param interactive a person looks on: progress is shown
 */
public record Console(PrintStream out, PrintStream err, Style style, boolean interactive) {

  /** Shows a line that the next one replaces. */
  public void progress(String text) {
    if (interactive) {
      err.print("\r\033[K" + style.apply(Style.Role.FOOTER, text));
      err.flush();
    }
  }

  /** Takes the progress line away. */
  public void clearProgress() {
    if (interactive) {
      err.print("\r\033[K");
      err.flush();
    }
  }
}
