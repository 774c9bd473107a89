package dev.mlxmtp.kernel.jshell;

/**
 * A snippet of the cell does not compile; those before it have run. The details show each error
 * under its line.
 */
public final class CompileException extends CellException {
  private static final long serialVersionUID = 1L;

  CompileException(String sentence, String details) {
    super(sentence, details);
  }

  CompileException(String sentence, String details, Throwable cause) {
    super(sentence, details, cause);
  }
}
