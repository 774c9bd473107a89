package dev.mlxmtp.bench;

/** A file or a choice that a benchmark cannot use; the message is one sentence for its author. */
public final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BenchException(String message) {
    super(message);
  }

  public BenchException(String message, Throwable cause) {
    super(message, cause);
  }
}
