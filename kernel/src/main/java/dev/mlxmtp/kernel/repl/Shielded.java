package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.mlx.EngineThread;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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

  // Joining waits through an interrupt and keeps it for later.
  private static <T> T elsewhere(Supplier<T> task) {
    try {
      return CompletableFuture.supplyAsync(
              task, Thread.ofPlatform().daemon().name("line-editor-help")::start)
          .join();
    } catch (CompletionException e) {
      throw EngineThread.unchecked(e.getCause());
    }
  }
}
