package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Device;
import dev.mlxmtp.session.SessionOptions;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which model, where, in which arithmetic. */
public final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "a model's folder, or org/name in the local Hugging Face cache")
  Optional<String> model = Optional.empty();

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "float32, bfloat16 or float16: of activations and unquantized weights")
  Optional<String> dtype = Optional.empty();

  @Option(names = "--device", paramLabel = "cpu|gpu", description = "where the model runs")
  Optional<String> device = Optional.empty();

  boolean isPresent() {
    return model.isPresent() || dtype.isPresent() || device.isPresent();
  }

  SessionOptions session() {
    return new SessionOptions(
        device.map(ModelOptions::parseDevice), dtype.map(ModelOptions::parseDtype));
  }

  private static Device parseDevice(String text) {
    Device device =
        switch (text) {
          case "cpu" -> Device.CPU;
          case "gpu" -> Device.GPU;
          default -> throw new UserError("--device is cpu or gpu, not \"" + text + "\".");
        };
    if (!device.isAvailable()) {
      throw new UserError(
          "This build of MLX finds no GPU on this machine; leave --device out or say --device cpu.");
    }
    return device;
  }

  private static DType parseDtype(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "float32" -> DType.FLOAT32;
      case "bfloat16" -> DType.BFLOAT16;
      case "float16" -> DType.FLOAT16;
      default ->
          throw new UserError("--dtype is float32, bfloat16 or float16, not \"" + text + "\".");
    };
  }
}
