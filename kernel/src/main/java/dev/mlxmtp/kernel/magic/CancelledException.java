package dev.mlxmtp.kernel.magic;

/** The user stopped a command before it had a result. */
public final class CancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CancelledException(String message) {
    super(message);
  }
}
