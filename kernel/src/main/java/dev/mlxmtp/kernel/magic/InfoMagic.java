package dev.mlxmtp.kernel.magic;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what is resident. */
@Command(
    name = "info",
    description = InfoMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class InfoMagic implements Magic {
  static final String SUMMARY = "Show the model, its settings and what is held in memory";

  @Mixin private ModelArguments model = new ModelArguments();
  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    workspace.screen().show(ModelTable.of(workspace.session(model.choice())));
    return Outcome.DONE;
  }
}
