package dev.mlxmtp.kernel.jupyter;

import dev.mlxmtp.kernel.magic.CancelledException;
import dev.mlxmtp.kernel.magic.Interrupts;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** The notebook's stop button. */
final class KernelInterrupts implements Interrupts {
  private final AtomicBoolean early = new AtomicBoolean();
  private final AtomicReference<Runnable> listener = new AtomicReference<>(() -> early.set(true));

  /** A cell begins: the button is meant for it from now on, though it may not listen yet. */
  void begin() {
    early.set(false);
  }

  /** It was pressed. Any thread. */
  void interrupt() {
    listener.get().run();
  }

  @Override
  public Listening listen(Runnable action) {
    Runnable before = listener.getAndSet(action);
    if (early.getAndSet(false)) {
      listener.set(before);
      throw new CancelledException("The cell was cancelled before it began.");
    }
    return () -> listener.set(before);
  }
}
