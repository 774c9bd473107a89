package dev.mlxmtp.kernel.jupyter;

import dev.mlxmtp.kernel.magic.Interrupts;
import java.util.concurrent.atomic.AtomicReference;

/** The notebook's stop button. */
final class KernelInterrupts implements Interrupts {
  private static final Runnable NOTHING = () -> {};

  private final AtomicReference<Runnable> listener = new AtomicReference<>(NOTHING);

  /** It was pressed. Any thread. */
  void interrupt() {
    listener.get().run();
  }

  @Override
  public Listening listen(Runnable action) {
    Runnable before = listener.getAndSet(action);
    return () -> listener.set(before);
  }
}
