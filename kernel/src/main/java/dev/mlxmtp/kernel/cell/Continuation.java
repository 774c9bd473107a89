package dev.mlxmtp.kernel.cell;

/** A backslash at a line's end: the cell goes on. */
public final class Continuation {
  private Continuation() {}

  /** True where the last line says that there is more. Two backslashes are one of the text's. */
  public static boolean isOpen(CharSequence cell) {
    int end = cell.length();
    int backslashes = 0;
    while (end - backslashes > 0 && cell.charAt(end - backslashes - 1) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  /** The cell's text without the marks. */
  public static String join(String cell) {
    StringBuilder text = new StringBuilder(cell.length());
    String[] lines = cell.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      boolean marked = isOpen(lines[i]);
      text.append(lines[i], 0, lines[i].length() - (marked ? 1 : 0));
      if (i < lines.length - 1) {
        text.append('\n');
      }
    }
    return text.toString();
  }
}
