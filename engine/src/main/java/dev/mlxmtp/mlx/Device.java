package dev.mlxmtp.mlx;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where arrays live and operations run. */
public enum Device {
  CPU,
  GPU;

  private static final Pattern PRODUCT = Pattern.compile("\"device_name\":\"([^\"\\\\]+)\"");

  /** The GPU where MLX has one on this machine (Metal, CUDA), else the CPU. */
  public static Device best() {
    return NativeRuntime.gpuAvailable() ? GPU : CPU;
  }

  /** True where this build of MLX can use the device on this machine. */
  public boolean isAvailable() {
    return this == CPU || NativeRuntime.gpuAvailable();
  }

  /** Lower-case name, as on the command line. */
  public String label() {
    return this == GPU ? "gpu" : "cpu";
  }

  /**
   * Makes this the device of all arrays from now on and the calling thread, which must be the
   * engine thread, the owner of MLX. On a GPU with a recommended working set, weights are wired up
   * to that size, as MLX advises for inference.
   *
   * @throws MlxException where the device is missing
   */
  void use() {
    NativeRuntime.init(ordinal());
    if (this == GPU) {
      NativeRuntime.wireRecommended(ordinal());
    }
  }

  /** What MLX knows of the device, as a JSON object. Engine thread only. */
  public String info() {
    return NativeRuntime.deviceInfo(ordinal());
  }

  /** The model's name, {@code Apple M3 Max} for example, where MLX knows it. Engine thread only. */
  public Optional<String> product() {
    return product(info());
  }

  static Optional<String> product(String info) {
    Matcher name = PRODUCT.matcher(info);
    return name.find() ? Optional.of(name.group(1)) : Optional.empty();
  }
}
