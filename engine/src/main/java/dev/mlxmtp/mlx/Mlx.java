package dev.mlxmtp.mlx;

import java.nio.file.Path;

/** The loaded library. */
public final class Mlx {
  private Mlx() {}

  /** MLX's own version. Any thread. */
  public static String version() {
    return NativeRuntime.mlxVersion();
  }

  /** Calls from Java into the native library since the start. Any thread. */
  public static long calls() {
    return NativeRuntime.calls();
  }

  /** Where the native library was loaded from. Any thread. */
  public static Path library() {
    return NativeRuntime.libraryPath();
  }
}
