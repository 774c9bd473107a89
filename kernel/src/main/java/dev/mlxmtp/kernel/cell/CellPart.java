package dev.mlxmtp.kernel.cell;

import dev.mlxmtp.kernel.magic.MagicLine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What a cell of Java consists of. */
sealed interface CellPart {

  /**
   * Java, with an empty line for each line of the cell before it, so that its line numbers are the
   * cell's.
   */
  record Java(String code) implements CellPart {}

  /** A command. */
  record Command(MagicLine line) implements CellPart {}

  /**
   * Takes a cell apart: a line that begins with the sign is a command, unless the Java before it is
   * not at its end; a doubled sign takes the rest of the cell.
   *
   * @param isOpen tells of Java that goes on
   */
  static List<CellPart> of(String cell, Predicate<String> isOpen) {
    List<CellPart> parts = new ArrayList<>();
    String[] lines = cell.split("\n", -1);
    StringBuilder java = new StringBuilder();
    for (int i = 0; i < lines.length; i++) {
      boolean sign = MagicLine.isMagic(lines[i].stripLeading());
      if (!sign || !java.toString().isBlank() && isOpen.test(java.toString())) {
        java.append(lines[i]).append('\n');
        continue;
      }
      flush(java, parts);
      StringBuilder command = new StringBuilder(lines[i].stripLeading());
      if (MagicLine.isCellMagic(command.toString())) {
        for (int below = i + 1; below < lines.length; below++) {
          command.append('\n').append(lines[below]);
        }
        i = lines.length;
      } else {
        while (Continuation.isOpen(command) && i + 1 < lines.length) {
          command.append('\n').append(lines[++i]);
        }
      }
      parts.add(new Command(command(command.toString())));
      java.setLength(0);
      java.repeat('\n', Math.min(i + 1, lines.length));
    }
    flush(java, parts);
    return parts;
  }

  // In the lines below a doubled sign a backslash is text.
  private static MagicLine command(String source) {
    return MagicLine.of(MagicLine.isCellMagic(source) ? source : Continuation.join(source));
  }

  private static void flush(StringBuilder java, List<CellPart> parts) {
    if (!java.toString().isBlank()) {
      parts.add(new Java(java.toString().stripTrailing()));
    }
  }
}
