package dev.mlxmtp.kernel.magic;

/** Ctrl-C, as the front end hears it. */
@FunctionalInterface
public interface Interrupts {

  /** Ends what {@link #listen} began. */
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * From now on Ctrl-C runs the action, on a thread of its own, instead of what it did.
   *
   * @throws CancelledException where it came since the cell began, when nothing listened
   */
  Listening listen(Runnable action);

  /** For front ends without a keyboard. */
  static Interrupts none() {
    return action -> () -> {};
  }
}
