package dev.mlxmtp.kernel.cell;

import dev.mlxmtp.kernel.jshell.Completeness;
import dev.mlxmtp.kernel.magic.CancelledException;
import dev.mlxmtp.kernel.magic.Failure;
import dev.mlxmtp.kernel.magic.JavaRun;
import dev.mlxmtp.kernel.magic.Magic;
import dev.mlxmtp.kernel.magic.MagicLine;
import dev.mlxmtp.kernel.magic.MagicRegistry;
import dev.mlxmtp.kernel.magic.Workspace;
import java.util.List;
import java.util.function.Supplier;

/**
 * Runs one cell after another; whatever fails, the next one finds the workspace alive. One thread.
 */
public final class CellRunner {
  private static final String CHAT = "chat";
  private static final String END_OF_OPTIONS = "--";

  private final MagicRegistry registry = new MagicRegistry(MagicRegistry.Caller.REPL);
  private final Workspace workspace;

  public CellRunner(Workspace workspace) {
    this.workspace = workspace;
  }

  /** The commands there are. */
  public MagicRegistry registry() {
    return registry;
  }

  /** What cells work on. */
  public Workspace workspace() {
    return workspace;
  }

  /**
   * Runs a cell.
   *
   * @param mode what a line without a sign is
   */
  public CellResult run(String cell, Workspace.Mode mode) {
    if (cell.isBlank()) {
      return new CellResult.Done();
    }
    workspace.history().add(cell);
    return runUnrecorded(cell, mode);
  }

  /** Runs a cell that is not part of the history. */
  public CellResult runUnrecorded(String cell, Workspace.Mode mode) {
    return attempt(
        () ->
            switch (mode) {
              case CHAT -> MagicLine.isMagic(cell) ? magic(MagicLine.of(cell)) : say(cell);
              case JAVA -> parts(cell);
            });
  }

  /** Runs a task as a cell, whose Java sees this workspace. */
  public CellResult attempt(Supplier<Magic.Outcome> task) {
    try {
      return switch (ScopedValue.where(Notebook.CURRENT, this).call(task::get)) {
        case DONE -> new CellResult.Done();
        case CANCELLED -> new CellResult.Cancelled("");
      };
    } catch (CancelledException e) {
      return new CellResult.Cancelled(e.getMessage());
    } catch (RuntimeException | Error e) {
      return new CellResult.Failed(Failure.of(e), e);
    }
  }

  private Magic.Outcome say(String text) {
    return registry.parse(CHAT, List.of(END_OF_OPTIONS, text), workspace.settings()).run(workspace);
  }

  private Magic.Outcome parts(String cell) {
    for (CellPart part : CellPart.of(cell, this::isOpen)) {
      Magic.Outcome outcome =
          switch (part) {
            case CellPart.Java(String code) -> new JavaRun(workspace).run(code);
            case CellPart.Command(MagicLine line) -> magic(line);
          };
      if (outcome == Magic.Outcome.CANCELLED) {
        return outcome;
      }
    }
    return Magic.Outcome.DONE;
  }

  private boolean isOpen(String java) {
    return workspace.java().shell().completeness(java).state() == Completeness.State.INCOMPLETE;
  }

  /** Runs a command. */
  Magic.Outcome magic(MagicLine line) {
    return registry
        .parse(line.name(), line.words(registry.spec(line.name())), workspace.settings())
        .run(workspace);
  }
}
