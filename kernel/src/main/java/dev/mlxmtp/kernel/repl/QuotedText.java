package dev.mlxmtp.kernel.repl;

/** A message of several lines between tripled quotes. */
final class QuotedText {
  private static final String QUOTES = "\"\"\"";

  private QuotedText() {}

  /** True for a cell that begins with the quotes. */
  static boolean isQuoted(String cell) {
    return cell.startsWith(QUOTES);
  }

  /** True where the closing quotes are still to come. */
  static boolean isOpen(String cell) {
    return !cell.substring(QUOTES.length()).stripTrailing().endsWith(QUOTES);
  }

  /** What stands between the quotes, without the line breaks next to them. */
  static String text(String cell) {
    String inside = cell.substring(QUOTES.length()).stripTrailing();
    String text =
        inside.endsWith(QUOTES) ? inside.substring(0, inside.length() - QUOTES.length()) : inside;
    return text.replaceFirst("^\\R", "").replaceFirst("\\R$", "");
  }
}
