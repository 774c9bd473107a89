package dev.mlxmtp.kernel.cell;

import java.io.IOException;
import java.io.InputStream;

/** What Java cells read as standard input, a line at a time from the user. */
public abstract class LineInput extends InputStream {
  private byte[] line = {};
  private int at;

  /** A cell begins: what an earlier one left of its last line is not the next one's. */
  protected final synchronized void forget() {
    at = line.length;
  }

  /**
   * Asks the user for a line, its end included.
   *
   * @return empty where there is no more
   */
  protected abstract byte[] ask() throws IOException;

  @Override
  public final synchronized int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public final synchronized int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == line.length) {
      line = ask();
      at = 0;
    }
    int n = Math.min(length, line.length - at);
    System.arraycopy(line, at, into, from, n);
    at += n;
    return n == 0 ? -1 : n;
  }

  @Override
  public final synchronized int available() {
    return line.length - at;
  }
}
