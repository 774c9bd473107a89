package dev.mlxmtp.kernel.display;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Shows how far a long task is. What ends soon shows nothing, and no more than ten lines a second
 * are drawn.
 */
public final class ProgressLine {
  private static final long PATIENCE = Duration.ofMillis(300).toNanos();
  private static final long INTERVAL = Duration.ofMillis(100).toNanos();

  private final Screen screen;
  private final LongSupplier clock;
  private long next;

  public ProgressLine(Screen screen) {
    this(screen, System::nanoTime);
  }

  ProgressLine(Screen screen, LongSupplier clock) {
    this.screen = screen;
    this.clock = clock;
    this.next = clock.getAsLong() + PATIENCE;
  }

  /** Tells the screen, if it is time to. */
  public void update(Supplier<String> line) {
    long now = clock.getAsLong();
    if (now - next >= 0) {
      screen.progress(line.get());
      next = now + INTERVAL;
    }
  }
}
