package dev.mlxmtp.kernel.jshell;

import dev.mlxmtp.kernel.jshell.InProcessExecution.Failure;
import dev.mlxmtp.kernel.jshell.InProcessExecution.NotStarted;
import dev.mlxmtp.kernel.jshell.InProcessExecution.Threw;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import jdk.jshell.JShellException;
import jdk.jshell.SnippetEvent;
import jdk.jshell.UnresolvedReferenceException;

/** Says why a snippet's code did not run to its end. */
final class Failures {
  private final Origins origins;
  private final Notices notices;

  Failures(Origins origins, Notices notices) {
    this.origins = origins;
    this.notices = notices;
  }

  /** The code was stopped before it could start. */
  static CancelledCellException cancelled(Cell cell, int line) {
    return new CancelledCellException("The cell was interrupted" + place(cell, line));
  }

  /**
   * The code failed.
   *
   * @param line of the cell, from 1, on which the snippet begins
   * @param stopped the user interrupted it, so that whatever it threw is taken for the consequence
   * @param events JShell's of the snippet
   */
  CellException of(
      Failure failure, Cell cell, int line, boolean stopped, List<SnippetEvent> events) {
    return switch (failure) {
      case NotStarted _ when stopped -> cancelled(cell, line);
      case NotStarted(Throwable why) ->
          new UncaughtException(
              "The code can't be started: " + Trace.headline(why) + place(cell, line),
              "The code can't be started: " + Trace.headline(why),
              why);
      case Threw(List<Throwable> family) -> threw(family, cell, line, stopped, events);
    };
  }

  private CellException threw(
      List<Throwable> family, Cell cell, int line, boolean stopped, List<SnippetEvent> events) {
    Throwable thrown = family.getFirst();
    List<JShellException> chain = chain(events);
    Trace trace = new Trace(origins, cell, family, stacks(chain));
    String place = place(cell, trace.line().orElse(line));
    if (stopped) {
      return new CancelledCellException(
          "The cell was interrupted" + place, trace.details(), thrown);
    }
    if (!chain.isEmpty() && chain.getFirst() instanceof UnresolvedReferenceException unresolved) {
      String lacks = notices.lacks(unresolved.getSnippet());
      return new UncaughtException(lacks + place, trace.details(lacks), thrown);
    }
    return new UncaughtException(Trace.headline(thrown) + place, trace.details(), thrown);
  }

  private static List<JShellException> chain(List<SnippetEvent> events) {
    List<JShellException> chain = new ArrayList<>();
    Throwable link =
        events.stream()
            .map(SnippetEvent::exception)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    while (link instanceof JShellException e) {
      chain.add(e);
      link = e.getCause();
    }
    return chain;
  }

  private static List<List<StackTraceElement>> stacks(List<JShellException> chain) {
    return chain.stream().map(e -> List.of(e.getStackTrace())).toList();
  }

  private static String place(Cell cell, int line) {
    String source = cell.line(line);
    return ", in line " + line + " of " + cell.itself() + (source.isEmpty() ? "" : ": " + source);
  }
}
