package dev.mlxmtp.kernel.jshell;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.VarSnippet;

/**
 * The variables that JShell makes for the values of expressions. Each is an import in all snippets
 * that follow, which it makes slower to compile; so only the newest stay.
 */
final class HeldValues {
  /** How many stay. */
  static final int MAX = 50;

  private final JShell shell;
  private final CellLoader loader;
  private final Deque<Held> held = new ArrayDeque<>();

  /** A variable and the class it is a field of. */
  private record Held(VarSnippet variable, String wrapper) {}

  HeldValues(JShell shell, CellLoader loader) {
    this.shell = shell;
    this.loader = loader;
  }

  /**
   * Takes note of an evaluated snippet.
   *
   * @param wrapper the class that was run for it
   * @return what JShell says of the variable that had to go
   */
  List<SnippetEvent> add(Snippet snippet, String wrapper) {
    if (snippet instanceof VarSnippet variable
        && variable.subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND) {
      held.addLast(new Held(variable, wrapper));
    }
    return held.size() > MAX ? drop(held.removeFirst()) : List.of();
  }

  private List<SnippetEvent> drop(Held old) {
    loader.release(old.wrapper);
    return shell.status(old.variable).isActive() ? shell.drop(old.variable) : List.of();
  }
}
