package dev.mlxmtp.kernel.repl;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal;

/**
 * Asks the compiler while the line editor waits, which may take a second. Ctrl-C is no key then,
 * but reaches the editor as an interrupt of its thread; an interrupted compiler would close the
 * jars that it reads.
 */
record Shielded(Terminal terminal) {

  /** The task's result; an interrupt that comes meanwhile is still there when this returns. */
  <T> T call(Supplier<T> task) {
    Attributes keys = terminal.getAttributes();
    Attributes signals = new Attributes(keys);
    signals.setLocalFlag(LocalFlag.ISIG, true);
    terminal.setAttributes(signals);
    try {
      return elsewhere(task);
    } finally {
      terminal.setAttributes(keys);
    }
  }

  private static <T> T elsewhere(Supplier<T> task) {
    FutureTask<T> future = new FutureTask<>(task::get);
    Thread.ofPlatform().daemon().name("line-editor-help").start(future);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unchecked(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException unchecked(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException(thrown);
    };
  }
}
