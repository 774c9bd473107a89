package dev.mlxmtp.kernel.display;

import java.util.Map;

/**
 * Markup of the user's own.
 *
 * @param markup HTML, shown as it is
 */
public record HtmlText(String markup) implements Visual {
  @Override
  public void print(Screen screen) {
    screen.println(markup);
  }

  @Override
  public Map<String, Object> forms() {
    return Map.of("text/html", markup);
  }
}
