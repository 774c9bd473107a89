package dev.mlxmtp.kernel.jupyter;

import dev.mlxmtp.kernel.cell.LineInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What Java cells read: each line is asked for in the notebook. */
final class NotebookInput extends LineInput {
  private final CellChannel channel;
  private volatile boolean allowed;

  NotebookInput(CellChannel channel) {
    this.channel = channel;
  }

  /** Whether the cell that begins may ask. */
  void begin(boolean allowed) {
    this.allowed = allowed;
    forget();
  }

  @Override
  protected byte[] ask() throws IOException {
    if (!allowed) {
      throw new IOException("The notebook that runs this cell answers no questions.");
    }
    System.out.flush();
    return channel
        .environment()
        .orElseThrow(() -> new IOException("No cell is running that could ask."))
        .readFromStdIn()
        .getBytes(StandardCharsets.UTF_8);
  }
}
