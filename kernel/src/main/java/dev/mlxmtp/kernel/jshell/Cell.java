package dev.mlxmtp.kernel.jshell;

/**
 * A cell that is or was evaluated.
 *
 * @param number as shown to the user; {@link #STARTUP} for what runs at the start
 */
record Cell(int number, String text) {
  static final int STARTUP = 0;

  /** The line, from 1, without white space around it. */
  String line(int line) {
    return text.lines().skip(line - 1L).findFirst().orElse("").strip();
  }

  /** The line, from 1, on which the character stands. */
  int lineOf(int offset) {
    return 1
        + (int)
            text.substring(0, Math.min(offset, text.length()))
                .chars()
                .filter(c -> c == '\n')
                .count();
  }

  /** For a place in this cell, seen from itself. */
  String itself() {
    return isStartup() ? "the startup code" : "the cell";
  }

  /** The line, seen from a cell: this one or another. */
  String place(int line, Cell from) {
    String name = isStartup() ? "startup" : equals(from) ? "cell" : "cell [" + number + "]";
    return name + " line " + line;
  }

  private boolean isStartup() {
    return number == STARTUP;
  }
}
