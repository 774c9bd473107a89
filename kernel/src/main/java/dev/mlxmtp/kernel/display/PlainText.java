package dev.mlxmtp.kernel.display;

/**
 * A text that is nothing but a text.
 *
 * @param text of one line or several
 */
public record PlainText(String text) implements Visual {
  @Override
  public void print(Screen screen) {
    screen.println(text);
  }
}
