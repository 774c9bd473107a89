package dev.mlxmtp.mlx;

/**
 * A failure that MLX or the native border reported; the message is MLX's own, with shapes where it
 * gives them.
 */
public final class MlxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean backend;

  MlxException(String message, boolean backend) {
    super(message);
    this.backend = backend;
  }

  MlxException(String message, Throwable cause) {
    super(message, cause);
    this.backend = false;
  }

  /** True where an evaluation failed on the device, so that arrays of that graph hold garbage. */
  public boolean isBackendFailure() {
    return backend;
  }
}
