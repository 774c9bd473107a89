package dev.mlxmtp.kernel.display;

import java.util.ArrayDeque;
import java.util.Deque;

/** SVG elements as text; whatever is written is escaped. */
final class SvgWriter {
  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn; numbers are written with two decimals at most
   */
  SvgWriter open(String name, Object... attributes) {
    begin(name, attributes);
    out.append('>');
    open.push(name);
    return this;
  }

  /** Ends the element begun last. */
  SvgWriter close() {
    out.append("</").append(open.pop()).append(">\n");
    return this;
  }

  /** An element with nothing in it. */
  SvgWriter empty(String name, Object... attributes) {
    begin(name, attributes);
    out.append("/>\n");
    return this;
  }

  /** An element with text in it. */
  SvgWriter text(String name, String content, Object... attributes) {
    begin(name, attributes);
    out.append('>').append(escape(content)).append("</").append(name).append(">\n");
    return this;
  }

  private void begin(String name, Object... attributes) {
    out.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      String value =
          attributes[i + 1] instanceof Double number
              ? number(number)
              : attributes[i + 1].toString();
      out.append(' ').append(attributes[i]).append("=\"").append(escape(value)).append('"');
    }
  }

  /** A coordinate, to a hundredth of a pixel. */
  static String number(double value) {
    // Adding zero turns -0 into 0.
    return Figures.setting(Math.rint(value * 100) / 100 + 0.0);
  }

  /** Text with what XML can't hold as it is replaced. */
  static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            letter -> {
              switch (letter) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(allowed(letter) ? letter : 0xFFFD);
              }
            });
    return out.toString();
  }

  private static boolean allowed(int letter) {
    return letter >= 0x20 && letter < 0xD800
        || letter >= 0xE000 && letter < 0xFFFE
        || letter > 0xFFFF
        || letter == '\t'
        || letter == '\n'
        || letter == '\r';
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
