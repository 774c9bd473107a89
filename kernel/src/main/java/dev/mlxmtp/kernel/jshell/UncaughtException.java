package dev.mlxmtp.kernel.jshell;

/**
 * The cell's code threw something. The cause is the very object that was thrown, and the details
 * are its stack trace in lines of cells.
 */
public final class UncaughtException extends CellException {
  private static final long serialVersionUID = 1L;

  UncaughtException(String sentence, String details, Throwable cause) {
    super(sentence, details, cause);
  }
}
