package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.cell.CellAssistant;
import dev.mlxmtp.kernel.cell.Continuation;
import dev.mlxmtp.kernel.jshell.Completeness;
import dev.mlxmtp.kernel.magic.MagicLine;
import dev.mlxmtp.kernel.magic.Workspace;

/** Tells where a cell that comes line by line ends. */
final class CellBorders {
  private final CellAssistant assistant;

  CellBorders(CellAssistant assistant) {
    this.assistant = assistant;
  }

  /** True where more lines belong to the cell. */
  boolean isOpen(String cell, Workspace.Mode mode) {
    if (MagicLine.isCellMagic(cell)) {
      return !cell.endsWith("\n");
    }
    if (mode == Workspace.Mode.CHAT && QuotedText.isQuoted(cell)) {
      return QuotedText.isOpen(cell);
    }
    if (mode == Workspace.Mode.CHAT || MagicLine.isMagic(cell)) {
      return Continuation.isOpen(cell);
    }
    return !cell.isBlank() && assistant.completeness(cell).state() == Completeness.State.INCOMPLETE;
  }

  /** The cell without the marks that told that it goes on. */
  String source(String cell, Workspace.Mode mode) {
    if (mode == Workspace.Mode.CHAT && QuotedText.isQuoted(cell)) {
      return QuotedText.text(cell);
    }
    boolean text =
        !MagicLine.isCellMagic(cell) && (mode == Workspace.Mode.CHAT || MagicLine.isMagic(cell));
    return text ? Continuation.join(cell) : cell;
  }
}
