package dev.mlxmtp.session;

import dev.mlxmtp.decode.Sequence;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.Hidden;
import java.util.Arrays;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Runs a prompt through the model in chunks of bounded memory, with a cut at each turn border,
 * where the state is saved for later requests.
 */
final class Prefill {
  /** Tokens a chunk. */
  static final int CHUNK = 512;

  private final ContextCache context;
  private final BooleanSupplier cancelled;
  private final java.util.function.IntConsumer progress;

  /**
   * @param progress told how many tokens the sequence covers
   */
  Prefill(
      ContextCache context, BooleanSupplier cancelled, java.util.function.IntConsumer progress) {
    this.context = context;
    this.cancelled = cancelled;
    this.progress = progress;
  }

  /**
   * Extends the sequence to the whole prompt.
   *
   * @param borders positions before which the state is saved
   * @param drafting the MTP head keeps step with each chunk
   * @return false where it was cancelled between two chunks
   */
  boolean run(int[] prompt, Set<Integer> borders, boolean drafting) {
    Sequence sequence = context.sequence();
    while (sequence.length() < prompt.length) {
      if (cancelled.getAsBoolean()) {
        return false;
      }
      int start = sequence.length();
      int stop =
          borders.stream()
              .filter(b -> b > start)
              .mapToInt(b -> b)
              .reduce(Math.min(prompt.length, start + CHUNK), Math::min);
      try (var _ = Scope.open()) {
        sequence.extend(Arrays.copyOfRange(prompt, start, stop));
        if (drafting) {
          sequence.catchUp();
        }
        sequence.settle();
      }
      if (borders.contains(stop) || stop == prompt.length) {
        context.save();
      }
      progress.accept(stop);
    }
    return true;
  }

  /** The hidden state at the end of the prompt. */
  Hidden last() {
    return context.sequence().newest();
  }
}
