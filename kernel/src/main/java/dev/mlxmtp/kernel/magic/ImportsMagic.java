package dev.mlxmtp.kernel.magic;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists imports. */
@Command(
    name = "imports",
    description = ImportsMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class ImportsMagic implements Magic {
  static final String SUMMARY = "Show the imports of the Java cells";

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    workspace.java().shell().imports().forEach(workspace.screen()::println);
    return Outcome.DONE;
  }
}
