package dev.mlxmtp.mlx;

/** Where arrays live and operations run. */
public enum Device {
  CPU,
  GPU;

  /** The GPU where MLX has one on this machine (Metal, CUDA), else the CPU. */
  public static Device best() {
    return Native.gpuAvailable() ? GPU : CPU;
  }

  /** True where this build of MLX can use the device on this machine. */
  public boolean isAvailable() {
    return this == CPU || Native.gpuAvailable();
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
    Native.init(ordinal());
    if (this == GPU) {
      Native.wireRecommended(ordinal());
    }
  }

  /** What MLX knows of the device, as a JSON object. Engine thread only. */
  public String info() {
    return Native.deviceInfo(ordinal());
  }
}
