package dev.mlxmtp.kernel.display;

import java.util.Map;

/** As text it is followed by an empty line. */
record Spaced(Visual visual) implements Visual {
  @Override
  public void print(Screen screen) {
    visual.print(screen);
    screen.println("");
  }

  @Override
  public Map<String, Object> forms() {
    return visual.forms();
  }
}
