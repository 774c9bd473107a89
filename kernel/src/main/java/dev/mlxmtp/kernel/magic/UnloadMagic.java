package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Tone;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Frees the model. */
@Command(
    name = "unload",
    description = UnloadMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class UnloadMagic implements Magic {
  static final String SUMMARY = "Let go of the resident model and its memory";

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    workspace
        .screen()
        .note(workspace.unload() ? "nothing is resident now" : "nothing was resident", Tone.NOTE);
    return Outcome.DONE;
  }
}
