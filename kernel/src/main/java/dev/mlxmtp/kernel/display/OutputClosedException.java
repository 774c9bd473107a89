package dev.mlxmtp.kernel.display;

/** Whoever read the answer does so no more. */
public final class OutputClosedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutputClosedException() {
    super("The reader of the output has gone, so the rest was not made.");
  }
}
