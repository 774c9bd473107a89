package dev.mlxmtp.text;

/** A file of a model's folder that is missing or can't be used; the message says what to do. */
public final class ModelFilesException extends RuntimeException {
  ModelFilesException(String message) {
    super(message);
  }

  ModelFilesException(String message, Throwable cause) {
    super(message, cause);
  }
}
