package dev.mlxmtp.kernel;

import dev.mlxmtp.kernel.magic.Interrupts;
import java.util.concurrent.atomic.AtomicReference;
import org.jline.utils.Signals;

/** Ctrl-C of a process without line editing: cancels what listens, else ends the process. */
final class SignalInterrupts implements Interrupts {
  private final AtomicReference<Runnable> listener;

  private SignalInterrupts(Runnable otherwise) {
    this.listener = new AtomicReference<>(otherwise);
  }

  /** Takes the signal over for the rest of the process. */
  static SignalInterrupts install() {
    SignalInterrupts interrupts =
        new SignalInterrupts(() -> Runtime.getRuntime().halt(Main.INTERRUPTED));
    // Beside the loading of the model, for finding the JVM's signal classes takes a while.
    Thread.ofPlatform()
        .daemon()
        .name("signals")
        .start(() -> Signals.register("INT", () -> interrupts.listener.get().run()));
    return interrupts;
  }

  @Override
  public Listening listen(Runnable action) {
    Runnable before = listener.getAndSet(action);
    return () -> listener.set(before);
  }
}
