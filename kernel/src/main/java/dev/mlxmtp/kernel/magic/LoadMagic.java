package dev.mlxmtp.kernel.magic;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes another model the resident one. */
@Command(
    name = "load",
    description = LoadMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class LoadMagic implements Magic {
  static final String SUMMARY = "Load a model in the place of the resident one, and show it";

  @Parameters(
      paramLabel = "DIR|org/name",
      arity = "1",
      description = "A model's folder, or a model of the local Hugging Face cache.")
  private String model = "";

  @Mixin private DeviceArguments device = new DeviceArguments();
  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    ModelChoice choice = new ModelChoice(Optional.of(model), device.options());
    workspace.screen().show(ModelTable.of(workspace.load(choice)));
    return Outcome.DONE;
  }
}
