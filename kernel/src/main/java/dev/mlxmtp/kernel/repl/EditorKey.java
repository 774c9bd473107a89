package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.magic.MagicException;
import dev.mlxmtp.kernel.magic.MagicLine;
import dev.mlxmtp.kernel.magic.Workspace;
import java.util.function.Supplier;
import org.jline.keymap.KeyMap;
import org.jline.reader.LineReader;
import org.jline.reader.Reference;

/** The keys that open what is typed in an editor: Ctrl-G, and Ctrl-X Ctrl-E as in shells. */
final class EditorKey {
  private static final String WIDGET = "mlx-mtp-edit";

  private EditorKey() {}

  static void bind(LineReader reader, Editor editor, Supplier<Workspace.Mode> mode) {
    reader.getWidgets().put(WIDGET, () -> edit(reader, editor, mode.get()));
    reader
        .getKeyMaps()
        .get(LineReader.MAIN)
        .bind(new Reference(WIDGET), KeyMap.ctrl('G'), KeyMap.ctrl('X') + KeyMap.ctrl('E'));
  }

  private static boolean edit(LineReader reader, Editor editor, Workspace.Mode mode) {
    String text = reader.getBuffer().toString();
    boolean java = mode == Workspace.Mode.JAVA && !MagicLine.isCellMagic(text);
    try {
      String edited = editor.edit(text, java ? ".jsh" : ".md");
      reader.getBuffer().clear();
      reader.getBuffer().write(edited);
    } catch (MagicException e) {
      reader.printAbove(e.getMessage());
    }
    reader.callWidget(LineReader.REDRAW_LINE);
    return true;
  }
}
