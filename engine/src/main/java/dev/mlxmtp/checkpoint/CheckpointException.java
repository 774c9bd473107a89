package dev.mlxmtp.checkpoint;

/**
 * A checkpoint that cannot be used. The message is for the user: what is wrong, where, what to do.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
