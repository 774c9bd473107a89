package dev.mlxmtp.kernel.magic;

/** A command that cannot be done as asked; the message is one sentence for its author. */
public final class MagicException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MagicException(String message) {
    super(message);
  }

  public MagicException(String message, Throwable cause) {
    super(message, cause);
  }
}
