package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.kernel.magic.CancelledException;
import dev.mlxmtp.kernel.magic.ChatMagic;
import dev.mlxmtp.kernel.magic.Failure;
import dev.mlxmtp.kernel.magic.Magic;
import dev.mlxmtp.kernel.magic.MagicException;
import dev.mlxmtp.kernel.magic.MagicLine;
import dev.mlxmtp.kernel.magic.MagicRegistry;
import dev.mlxmtp.kernel.magic.Workspace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Supplier;

/** Runs one cell after another; whatever fails, the next one finds the workspace alive. */
public final class CellRunner {
  /** How a cell ended. */
  enum Result {
    DONE,
    CANCELLED,
    /** The user was told why. */
    FAILED
  }

  private static final String JAVA = "java";

  private final MagicRegistry registry = new MagicRegistry(MagicRegistry.Caller.REPL);
  private final Workspace workspace;

  public CellRunner(Workspace workspace) {
    this.workspace = workspace;
  }

  MagicRegistry registry() {
    return registry;
  }

  /** Runs a command or says the text in the chat. */
  Result run(String cell) {
    if (cell.isBlank()) {
      return Result.DONE;
    }
    return attempt(() -> MagicLine.isMagic(cell) ? magic(cell) : ChatMagic.say(cell, workspace));
  }

  /** Runs a task as a cell. */
  Result attempt(Supplier<Magic.Outcome> task) {
    try {
      return switch (task.get()) {
        case DONE -> Result.DONE;
        case CANCELLED -> Result.CANCELLED;
      };
    } catch (CancelledException e) {
      workspace.screen().note(e.getMessage(), Tone.NOTE);
      return Result.CANCELLED;
    } catch (RuntimeException | Error e) {
      Failure failure = Failure.of(e);
      workspace.screen().note(failure.sentence(), Tone.ERROR);
      if (!failure.expected() && Failure.isDebugging()) {
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        workspace.screen().note(trace.toString().stripTrailing(), Tone.NOTE);
      }
      return Result.FAILED;
    }
  }

  private Magic.Outcome magic(String cell) {
    MagicLine line = MagicLine.of(cell);
    if (line.name().equals(JAVA)) {
      throw new MagicException("This version runs no Java cells; say something in the chat.");
    }
    Magic magic = registry.parse(line.name(), line.words(registry.spec(line.name())));
    return magic.run(workspace);
  }
}
