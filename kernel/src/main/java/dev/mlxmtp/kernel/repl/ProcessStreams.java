package dev.mlxmtp.kernel.repl;

import java.io.InputStream;
import java.io.PrintStream;

/** The process's own streams, which Java cells use, led elsewhere for a while. */
final class ProcessStreams implements AutoCloseable {
  private final InputStream in = System.in;
  private final PrintStream out = System.out;

  private ProcessStreams() {}

  /** From now on until the result is closed, these stand in their places. */
  static ProcessStreams replaced(InputStream in, PrintStream out) {
    ProcessStreams before = new ProcessStreams();
    System.setIn(in);
    System.setOut(out);
    return before;
  }

  @Override
  public void close() {
    System.setIn(in);
    System.setOut(out);
  }
}
