package dev.mlxmtp.kernel.jshell;

/** A cell that did not run to its end. The message is one sentence that says why and where. */
public abstract sealed class CellException extends RuntimeException
    permits CompileException, UncaughtException, CancelledCellException {
  private static final long serialVersionUID = 1L;

  private final String details;

  CellException(String sentence, String details) {
    super(sentence);
    this.details = details;
  }

  CellException(String sentence, String details, Throwable cause) {
    super(sentence, cause);
    this.details = details;
  }

  /** The long form, over several lines without a newline at the end. */
  public String details() {
    return details;
  }
}
