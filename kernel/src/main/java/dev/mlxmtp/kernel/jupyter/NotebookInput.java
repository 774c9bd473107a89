package dev.mlxmtp.kernel.jupyter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What Java cells read: each line is asked for in the notebook. */
final class NotebookInput extends InputStream {
  private final CellChannel channel;
  private boolean allowed;
  private byte[] line = {};
  private int at;

  NotebookInput(CellChannel channel) {
    this.channel = channel;
  }

  /** Whether the cell that begins may ask. */
  synchronized void begin(boolean allowed) {
    this.allowed = allowed;
    line = new byte[0];
    at = 0;
  }

  @Override
  public synchronized int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public synchronized int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == line.length) {
      ask();
    }
    int n = Math.min(length, line.length - at);
    System.arraycopy(line, at, into, from, n);
    at += n;
    return n;
  }

  @Override
  public synchronized int available() {
    return line.length - at;
  }

  private void ask() throws IOException {
    if (!allowed) {
      throw new IOException("The notebook that runs this cell answers no questions.");
    }
    System.out.flush();
    line =
        channel
            .environment()
            .orElseThrow(() -> new IOException("No cell is running that could ask."))
            .readFromStdIn()
            .getBytes(StandardCharsets.UTF_8);
    at = 0;
  }
}
