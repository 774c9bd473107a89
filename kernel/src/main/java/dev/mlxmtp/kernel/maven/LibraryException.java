package dev.mlxmtp.kernel.maven;

/** A library that cannot be had; the message is one sentence that says why. */
public final class LibraryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LibraryException(String message) {
    super(message);
  }

  LibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
