package dev.mlxmtp.session;

/**
 * A request that cannot be served; the message is one sentence for its author. The session is as it
 * was.
 */
public final class SessionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SessionException(String message) {
    super(message);
  }

  public SessionException(String message, Throwable cause) {
    super(message, cause);
  }
}
