package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.magic.Workspace;
import java.util.function.Supplier;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;

/** Tells JLine where a cell ends, and cuts it into words for completion. */
final class CellParser implements Parser {
  private final DefaultParser words = new DefaultParser();

  private final CellBorders borders;
  private final Supplier<Workspace.Mode> mode;

  /**
   * @param mode what a line without a sign is at the moment
   */
  CellParser(CellBorders borders, Supplier<Workspace.Mode> mode) {
    this.borders = borders;
    this.mode = mode;
    // A chat's text has apostrophes and backslashes of its own.
    words.setQuoteChars(new char[0]);
    words.setEscapeChars(new char[0]);
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE && borders.isOpen(line, mode.get())) {
      throw new EOFError(-1, -1, "the cell goes on");
    }
    return words.parse(line, cursor, context);
  }

  @Override
  public boolean isEscapeChar(char ch) {
    return false;
  }
}
