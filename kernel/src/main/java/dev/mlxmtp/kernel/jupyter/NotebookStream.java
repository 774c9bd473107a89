package dev.mlxmtp.kernel.jupyter;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Text for the notebook, gathered for a moment, since every message becomes an output of its own in
 * the stored notebook. Any thread.
 */
final class NotebookStream extends OutputStream {
  private static final long MOMENT_MS = 50;
  private static final int MOST = 1 << 16;

  private final Consumer<String> publish;
  private final ScheduledExecutorService clock;
  private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
  private boolean scheduled;

  /**
   * @param publish sends text to the notebook
   */
  NotebookStream(Consumer<String> publish) {
    this.publish = publish;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("notebook-stream").factory());
  }

  /** What replaces the process's own stream. Its flush is left to this stream's own time. */
  PrintStream printer() {
    return new PrintStream(this, false, StandardCharsets.UTF_8);
  }

  @Override
  public synchronized void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) {
    gathered.write(bytes, from, length);
    if (gathered.size() >= MOST) {
      send();
    } else if (!scheduled) {
      scheduled = true;
      clock.schedule(this::onTime, MOMENT_MS, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void onTime() {
    scheduled = false;
    send();
  }

  /** Sends what there is, but never a part of a character. */
  synchronized void send() {
    byte[] bytes = gathered.toByteArray();
    int whole = wholeCharacters(bytes);
    if (whole > 0) {
      gathered.reset();
      gathered.write(bytes, whole, bytes.length - whole);
      publish.accept(new String(bytes, 0, whole, StandardCharsets.UTF_8));
    }
  }

  private static int wholeCharacters(byte[] bytes) {
    int start = bytes.length - 1;
    // A character has at most three bytes that continue it.
    while (start >= 0 && start > bytes.length - 4 && (bytes[start] & 0xC0) == 0x80) {
      start--;
    }
    if (start < 0) {
      return bytes.length;
    }
    int lead = bytes[start] & 0xFF;
    int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return start + length > bytes.length ? start : bytes.length;
  }
}
