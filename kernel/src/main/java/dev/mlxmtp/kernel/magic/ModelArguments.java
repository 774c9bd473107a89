package dev.mlxmtp.kernel.magic;

import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model a command is for. */
final class ModelArguments {
  @Option(
      names = "--model",
      paramLabel = "DIR|org/name",
      description =
          "A model's folder, or a model of the local Hugging Face cache. Default: the resident"
              + " model, else the demo model.")
  private Optional<String> model = Optional.empty();

  @Mixin private DeviceArguments device = new DeviceArguments();

  /** What must be resident before the command runs. */
  ModelChoice choice() {
    return new ModelChoice(model, device.options());
  }
}
