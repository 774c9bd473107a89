package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Figures;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.session.Session;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes the session's caches, so that another day goes on from there. */
@Command(
    name = "save",
    description = SaveMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class SaveMagic implements Magic {
  static final String SUMMARY = "Write what the model remembers of the context to a file";

  @Parameters(paramLabel = "FILE", arity = "1", description = "Where to; it is replaced.")
  private Path file = Path.of("");

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    Session session = workspace.session(ModelChoice.any());
    session.save(file);
    workspace
        .screen()
        .note(
            Figures.tokens(session.resident().contextTokens())
                + " of context with "
                + session.info().name()
                + " saved as "
                + file
                + ", "
                + Figures.bytes(file.toFile().length()),
            Tone.NOTE);
    return Outcome.DONE;
  }
}
