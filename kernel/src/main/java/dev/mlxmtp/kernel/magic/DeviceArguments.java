package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Device;
import dev.mlxmtp.session.SessionOptions;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a model runs and in which numbers. */
final class DeviceArguments {
  enum Compute {
    FLOAT32(DType.FLOAT32),
    BFLOAT16(DType.BFLOAT16),
    FLOAT16(DType.FLOAT16);

    private final DType type;

    Compute(DType type) {
      this.type = type;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  enum Place {
    CPU(Device.CPU),
    GPU(Device.GPU);

    private final Device device;

    Place(Device device) {
      this.device = device;
    }

    @Override
    public String toString() {
      return device.label();
    }
  }

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "Compute type: ${COMPLETION-CANDIDATES}. Default: float32 on the CPU, the checkpoint's"
              + " own on a GPU.")
  private Optional<Compute> compute = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "${COMPLETION-CANDIDATES}. Default: the GPU where MLX has one.")
  private Optional<Place> place = Optional.empty();

  boolean isEmpty() {
    return compute.isEmpty() && place.isEmpty();
  }

  SessionOptions options() {
    return new SessionOptions(place.map(p -> p.device), compute.map(c -> c.type));
  }
}
