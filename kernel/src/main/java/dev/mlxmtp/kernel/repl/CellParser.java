package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.magic.Workspace;
import java.util.function.Supplier;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;

/** Tells JLine where a cell ends, and cuts it into words for completion. */
final class CellParser implements Parser {
  private final DefaultParser words = new DefaultParser();

  private final CellBorders borders;
  private final Supplier<Workspace.Mode> mode;
  private final Shielded shielded;

  /**
   * @param mode what a line without a sign is at the moment
   */
  CellParser(CellBorders borders, Supplier<Workspace.Mode> mode, Shielded shielded) {
    this.borders = borders;
    this.mode = mode;
    this.shielded = shielded;
    // A chat's text has apostrophes and backslashes of its own.
    words.setQuoteChars(new char[0]);
    words.setEscapeChars(new char[0]);
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE) {
      boolean open = shielded.call(() -> borders.isOpen(line, mode.get()));
      if (Thread.interrupted()) {
        throw new UserInterruptException(line);
      }
      if (open) {
        throw new EOFError(-1, -1, "the cell goes on");
      }
    }
    return words.parse(line, cursor, context);
  }

  @Override
  public boolean isEscapeChar(char ch) {
    return false;
  }
}
