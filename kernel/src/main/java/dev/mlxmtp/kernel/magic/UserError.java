package dev.mlxmtp.kernel.magic;

/** A mistake in what the user asked for; the message is one sentence. */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UserError(String message) {
    super(message);
  }
}
