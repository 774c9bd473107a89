package dev.mlxmtp.kernel.display;

import java.util.Map;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;

/** Colours by meaning, or none where the terminal has none or {@code NO_COLOR} asks for none. */
public final class Style {
  /** What a text is. */
  public enum Role {
    /** Chosen by the model itself. */
    MODEL(AttributedStyle.DEFAULT),
    /** Drafted, and the model agreed. Underlined too, for whoever does not see the colour. */
    ACCEPTED(AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN).underline()),
    THINKING(AttributedStyle.DEFAULT.faint()),
    FOOTER(AttributedStyle.DEFAULT.faint()),
    PROMPT(AttributedStyle.DEFAULT.foreground(AttributedStyle.CYAN).bold()),
    ERROR(AttributedStyle.DEFAULT.foreground(AttributedStyle.RED));

    private final AttributedStyle style;

    Role(AttributedStyle style) {
      this.style = style;
    }
  }

  private final boolean colour;

  private Style(boolean colour) {
    this.colour = colour;
  }

  /** Text as it is. */
  public static Style plain() {
    return new Style(false);
  }

  /**
   * Colours, unless the environment or the kind of terminal speaks against them.
   *
   * @param terminalType as JLine names it, for example {@code xterm-256color}
   */
  public static Style forTerminal(String terminalType, Map<String, String> environment) {
    boolean dumb = terminalType.startsWith("dumb");
    return new Style(!dumb && environment.getOrDefault("NO_COLOR", "").isEmpty());
  }

  public boolean hasColour() {
    return colour;
  }

  /** The text in the role's style, each line by itself so that no style runs over a line's end. */
  public String apply(Role role, String text) {
    if (!colour || text.isEmpty() || role == Role.MODEL) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int start = 0;
    while (start <= text.length()) {
      int end = text.indexOf('\n', start);
      String line = text.substring(start, end < 0 ? text.length() : end);
      if (!line.isEmpty()) {
        out.append(new AttributedString(line, role.style).toAnsi());
      }
      if (end < 0) {
        break;
      }
      out.append('\n');
      start = end + 1;
    }
    return out.toString();
  }
}
