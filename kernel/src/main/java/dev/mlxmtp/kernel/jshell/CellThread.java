package dev.mlxmtp.kernel.jshell;

import java.util.Optional;
import jdk.jshell.spi.ExecutionControl.StoppedException;

/**
 * Stops a cell: interrupts its thread while the cell's own code runs there, and otherwise keeps the
 * code from starting. The compiler is never interrupted, since it would close the jars it reads.
 */
final class CellThread {
  private Optional<Thread> owner = Optional.empty();
  private boolean running;
  private boolean stopped;

  /** A cell begins on this thread. */
  synchronized void begin() {
    if (owner.isPresent()) {
      throw new IllegalStateException(
          "A cell can't be evaluated while another is: wait for it, or interrupt it.");
    }
    owner = Optional.of(Thread.currentThread());
    stopped = false;
  }

  /** The cell has ended. */
  synchronized void end() {
    owner = Optional.empty();
  }

  /** The cell's code begins. */
  synchronized void enter() throws StoppedException {
    if (stopped) {
      throw new StoppedException();
    }
    running = true;
  }

  /** The cell's code has ended; what comes next is not interrupted on its account. */
  synchronized void leave() {
    running = false;
    Thread.interrupted();
  }

  /** Stops the cell, if there is one. From any thread. */
  synchronized void stop() {
    stopped = owner.isPresent();
    if (running) {
      owner.ifPresent(Thread::interrupt);
    }
  }

  /** Whether this cell was told to stop. */
  synchronized boolean isStopped() {
    return stopped;
  }
}
