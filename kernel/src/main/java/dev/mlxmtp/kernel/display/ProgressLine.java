package dev.mlxmtp.kernel.display;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Shows how far a long task is. What ends soon shows nothing, and no more than ten lines a second
 * are drawn.
 */
public final class ProgressLine {
  private static final long PATIENCE = Duration.ofMillis(300).toNanos();
  private static final long INTERVAL = Duration.ofMillis(100).toNanos();

  private final Consumer<String> shown;
  private final LongSupplier clock;
  private long next;

  /** Shows the line as the screen's progress. */
  public ProgressLine(Screen screen) {
    this(screen::progress);
  }

  /** Shows the line elsewhere. */
  ProgressLine(Consumer<String> shown) {
    this(shown, System::nanoTime);
  }

  ProgressLine(Consumer<String> shown, LongSupplier clock) {
    this.shown = shown;
    this.clock = clock;
    this.next = clock.getAsLong() + PATIENCE;
  }

  /** Shows the line, if it is time to. */
  public void update(Supplier<String> line) {
    long now = clock.getAsLong();
    if (now - next >= 0) {
      shown.accept(line.get());
      next = now + INTERVAL;
    }
  }
}
