package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Tone;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Java in the place of chat. */
@Command(
    name = "java",
    description = JavaMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class JavaMagic implements Magic {
  static final String SUMMARY = "Run Java: one cell, or from now on every line";

  @Parameters(
      paramLabel = "CODE",
      arity = "0..1",
      description = "The rest of the line or the cell. Without it: lines are Java until %%chat.")
  private Optional<String> code = Optional.empty();

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    if (code.isEmpty()) {
      workspace.mode(Workspace.Mode.JAVA);
      workspace.screen().note("lines are Java now; %chat goes back", Tone.NOTE);
      return Outcome.DONE;
    }
    return new JavaRun(workspace).run(code.get());
  }
}
