package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.magic.CancelledException;
import dev.mlxmtp.kernel.magic.Interrupts;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jline.terminal.Terminal;

/**
 * Ctrl-C at a terminal that is not being read from. What does not stop for it, such as a loop in
 * Java that never waits, is left to the user: the program says how to end it, and then ends.
 */
final class TerminalInterrupts implements Interrupts {
  private static final long PATIENCE = Duration.ofSeconds(1).toNanos();

  private final Terminal terminal;
  private final LastResort lastResort;
  private final LongSupplier clock;
  private final AtomicBoolean early = new AtomicBoolean();

  /** What is left where nothing stops. */
  interface LastResort {
    /** Tells the user that one more Ctrl-C ends the program. */
    void announce();

    /** Ends the program. */
    void take();
  }

  TerminalInterrupts(Terminal terminal, LastResort lastResort, LongSupplier clock) {
    this.terminal = terminal;
    this.lastResort = lastResort;
    this.clock = clock;
  }

  /** A cell begins: Ctrl-C is meant for it from now on, though it may not listen yet. */
  void begin() {
    early.set(false);
    terminal.handle(Terminal.Signal.INT, signal -> early.set(true));
  }

  @Override
  public Listening listen(Runnable action) {
    Presses presses = new Presses(action);
    Terminal.SignalHandler before =
        terminal.handle(Terminal.Signal.INT, signal -> presses.another());
    if (early.getAndSet(false)) {
      terminal.handle(Terminal.Signal.INT, before);
      throw new CancelledException("The cell was cancelled before it began.");
    }
    return () -> terminal.handle(Terminal.Signal.INT, before);
  }

  /** Those meant for one action. */
  private final class Presses {
    private final Runnable action;
    private boolean stopping;
    private boolean announced;
    private long since;

    Presses(Runnable action) {
      this.action = action;
    }

    synchronized void another() {
      long now = clock.getAsLong();
      boolean late = stopping && now - since > PATIENCE;
      if (late && announced) {
        lastResort.take();
      } else if (late) {
        announced = true;
        since = now;
        lastResort.announce();
      } else if (!stopping) {
        stopping = true;
        since = now;
      }
      action.run();
    }
  }
}
