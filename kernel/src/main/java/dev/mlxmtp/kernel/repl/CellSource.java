package dev.mlxmtp.kernel.repl;

import java.io.IOException;
import java.io.InputStream;

/** Standard input where cells come from there, and so can't read it themselves. */
final class CellSource extends InputStream {
  @Override
  public int read() throws IOException {
    throw new IOException(
        "Standard input is where the cells come from; in the terminal and in a notebook a cell can"
            + " read it.");
  }
}
