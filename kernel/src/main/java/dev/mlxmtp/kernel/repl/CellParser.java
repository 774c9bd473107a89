package dev.mlxmtp.kernel.repl;

import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.impl.DefaultParser;

/**
 * A cell is a line; a trailing backslash continues it. Quotes and backslashes mean nothing else in
 * a message.
 */
final class CellParser extends DefaultParser {
  CellParser() {
    setQuoteChars(new char[0]);
    setEscapeChars(new char[0]);
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE && line.endsWith("\\")) {
      throw new EOFError(-1, -1, "the line goes on");
    }
    return super.parse(line, cursor, context);
  }

  /** The cell without the backslashes that continued its lines. */
  static String joined(String cell) {
    return cell.replace("\\\n", "\n");
  }
}
