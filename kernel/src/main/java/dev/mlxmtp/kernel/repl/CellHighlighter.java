package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.jshell.Highlight;
import dev.mlxmtp.kernel.magic.MagicLine;
import dev.mlxmtp.kernel.magic.Workspace;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.reader.Highlighter;
import org.jline.reader.LineReader;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** Colours a cell while it is typed. */
final class CellHighlighter implements Highlighter {
  private static final Pattern WORDS = Pattern.compile("^\\s*%%?\\S*|(?<=\\s)--?[\\w-]+");
  private static final AttributedStyle COMMAND =
      AttributedStyle.DEFAULT.bold().foreground(AttributedStyle.CYAN);
  private static final AttributedStyle OPTION =
      AttributedStyle.DEFAULT.foreground(AttributedStyle.CYAN);

  private final Workspace workspace;
  private final Shielded shielded;

  CellHighlighter(Workspace workspace, Shielded shielded) {
    this.workspace = workspace;
    this.shielded = shielded;
  }

  @Override
  public AttributedString highlight(LineReader reader, String buffer) {
    if (MagicLine.isMagic(buffer.stripLeading())) {
      return command(buffer);
    }
    return workspace.mode() == Workspace.Mode.JAVA ? java(buffer) : new AttributedString(buffer);
  }

  private static AttributedString command(String buffer) {
    int end = buffer.indexOf('\n') < 0 ? buffer.length() : buffer.indexOf('\n');
    AttributedStringBuilder styled = new AttributedStringBuilder();
    Matcher words = WORDS.matcher(buffer).region(0, end);
    int at = 0;
    while (words.find()) {
      styled.append(buffer, at, words.start());
      boolean name = words.group().stripLeading().startsWith("%");
      styled.styled(name ? COMMAND : OPTION, words.group());
      at = words.end();
    }
    return styled.append(buffer, at, buffer.length()).toAttributedString();
  }

  // While the shell is still being made, the text is plain.
  private AttributedString java(String buffer) {
    AttributedStringBuilder styled = new AttributedStringBuilder();
    int at = 0;
    for (Highlight highlight :
        workspace
            .java()
            .made()
            .map(shell -> shielded.call(() -> shell.highlights(buffer)))
            .orElse(List.of())) {
      styled.append(buffer, at, highlight.start());
      styled.styled(style(highlight.kind()), buffer.substring(highlight.start(), highlight.end()));
      at = highlight.end();
    }
    return styled.append(buffer, at, buffer.length()).toAttributedString();
  }

  private static AttributedStyle style(Highlight.Kind kind) {
    AttributedStyle plain = AttributedStyle.DEFAULT;
    return switch (kind) {
      case KEYWORD -> plain.foreground(AttributedStyle.MAGENTA);
      case STRING -> plain.foreground(AttributedStyle.GREEN);
      case COMMENT -> plain.faint();
      case NUMBER -> plain.foreground(AttributedStyle.BLUE);
      case DECLARATION -> plain.bold();
      case DEPRECATED -> plain.crossedOut();
    };
  }
}
