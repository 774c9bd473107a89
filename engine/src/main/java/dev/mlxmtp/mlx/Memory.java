package dev.mlxmtp.mlx;

/**
 * MLX's memory, in bytes: in use, the highest since the last reset, and freed but kept for reuse.
 */
public record Memory(long active, long peak, long cache) {

  /** The figures of this moment. Any thread. */
  public static Memory now() {
    long[] m = NativeRuntime.memory();
    return new Memory(m[0], m[1], m[2]);
  }

  /** Arrays that hold a handle at this moment. Any thread. */
  public static long liveHandles() {
    return NativeRuntime.liveHandles();
  }

  /** Starts a new measurement of the peak. Engine thread only. */
  public static void resetPeak() {
    NativeRuntime.resetPeakMemory();
  }

  /** Gives freed buffers back to the system. Engine thread only. */
  public static void clearCache() {
    NativeRuntime.clearCache();
  }

  /** Bounds what is kept for reuse, in bytes. Engine thread only. */
  public static void setCacheLimit(long bytes) {
    NativeRuntime.setCacheLimit(bytes);
  }
}
