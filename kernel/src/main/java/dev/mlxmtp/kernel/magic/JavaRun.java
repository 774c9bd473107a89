package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.jshell.CancelledCellException;
import dev.mlxmtp.kernel.jshell.CellValue;
import dev.mlxmtp.kernel.jshell.JavaShell;
import dev.mlxmtp.kernel.jshell.UncaughtException;
import java.util.Optional;

/** Java before the user's eyes: Ctrl-C stops it, and its value is shown. */
public final class JavaRun {
  private final Workspace workspace;

  public JavaRun(Workspace workspace) {
    this.workspace = workspace;
  }

  /** Runs a cell and shows its value, if it has one. */
  public Magic.Outcome run(String code) {
    eval(code).ifPresent(value -> workspace.screen().result(value.name(), JavaValue.visual(value)));
    return Magic.Outcome.DONE;
  }

  /**
   * Runs a cell.
   *
   * @throws dev.mlxmtp.kernel.jshell.CellException where it does not run to its end
   * @throws CancelledException where the user stopped it
   */
  Optional<CellValue> eval(String code) {
    JavaShell shell = workspace.java().shell();
    Runnable stop =
        () -> {
          shell.interrupt();
          workspace.resident().ifPresent(session -> session.cancel());
        };
    try (var _ = workspace.interrupts().listen(stop)) {
      return shell.eval(code, Math.max(1, workspace.history().count()));
    } catch (CancelledCellException e) {
      throw new CancelledException(e.getMessage());
    } catch (UncaughtException e) {
      // What a cell waits for was cancelled, and with it the cell.
      throw e.getCause() instanceof CancelledException cancelled ? cancelled : e;
    } finally {
      System.out.flush();
      System.err.flush();
    }
  }
}
