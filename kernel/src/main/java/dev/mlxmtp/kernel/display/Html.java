package dev.mlxmtp.kernel.display;

/** Text inside markup. */
public final class Html {
  /**
   * Style of a {@code pre}, without what viewers add to one. In any other element those that
   * convert stored notebooks run spaces together, whatever the style says.
   */
  static final String PREFORMATTED =
      "white-space:pre-wrap;margin:0;padding:0;border:0;background:none;";

  private Html() {}

  /** The text with what has a meaning in HTML and XML made harmless. */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\n', '\t' -> escaped.append(c);
        default -> escaped.append(Character.isISOControl(c) ? '\uFFFD' : c);
      }
    }
    return escaped.toString();
  }
}
