package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Figures;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.session.Session;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Reads the session's caches back. */
@Command(
    name = "restore",
    description = RestoreMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class RestoreMagic implements Magic {
  static final String SUMMARY = "Take up a context that was saved with the same model";

  @Parameters(paramLabel = "FILE", arity = "1", description = "What %%save wrote.")
  private Path file = Path.of("");

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    Session session = workspace.session(ModelChoice.any());
    session.restore(file);
    workspace
        .screen()
        .note(
            Figures.tokens(session.resident().contextTokens())
                + " of context are back; a prompt that begins with them reuses them",
            Tone.NOTE);
    return Outcome.DONE;
  }
}
