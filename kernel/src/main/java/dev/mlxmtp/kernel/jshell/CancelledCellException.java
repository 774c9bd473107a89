package dev.mlxmtp.kernel.jshell;

/** The user stopped the cell. The cause is what its code threw then, if it did throw. */
public final class CancelledCellException extends CellException {
  private static final long serialVersionUID = 1L;

  CancelledCellException(String sentence) {
    super(sentence, sentence);
  }

  CancelledCellException(String sentence, String details, Throwable cause) {
    super(sentence, details, cause);
  }
}
