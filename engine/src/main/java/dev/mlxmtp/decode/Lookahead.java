package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.ModelCache;
import dev.mlxmtp.model.Pass;
import dev.mlxmtp.model.Qwen35;
import java.util.List;
import java.util.Optional;

/**
 * Plain greedy decoding with no idle time: the pass over a token is built and under way while that
 * token, still on the device, is being chosen. The caches are then one position ahead of the
 * sequence; what turns out not to be wanted is undone when the lookahead closes.
 */
final class Lookahead implements AutoCloseable {
  private record Started(Array choice, Hidden hidden, ModelCache.Point before) {
    void free() {
      choice.free();
      hidden.preNorm().free();
      hidden.postNorm().free();
      before.close();
    }
  }

  private final Qwen35 model;
  private final Sequence sequence;
  private final int vocabulary;
  private final Scope owner = Scope.detached();
  private Optional<Started> pending = Optional.empty();
  private Optional<Started> following = Optional.empty();

  Lookahead(Qwen35 model, Sequence sequence, int vocabulary) {
    this.model = model;
    this.sequence = sequence;
    this.vocabulary = vocabulary;
  }

  /** The choice after {@code newest}; starts the pass over it where another one is wanted. */
  Array start(int newest, boolean more) {
    Started now = pending.orElseGet(() -> pass(Array.of(new int[] {newest}, 1, 1)));
    pending = Optional.of(now);
    if (more) {
      Started next = pass(now.choice());
      Ops.asyncEval(List.of(next.choice()));
      following = Optional.of(next);
    }
    return now.choice();
  }

  /** Takes the choice into the sequence. */
  void accept(int newest, int choice) {
    Started now = pending.orElseThrow();
    sequence.accept(new int[] {newest}, now.hidden(), new int[] {choice});
    now.free();
    pending = following;
    following = Optional.empty();
  }

  private Started pass(Array token) {
    ModelCache.Point before = sequence.cache().point();
    try {
      Hidden hidden = model.forward(token, sequence.cache(), Pass.COMMIT);
      Array choice = Fast.greedy(model.logits(hidden.postNorm()), vocabulary).token();
      owner.adopt(hidden.preNorm());
      owner.adopt(hidden.postNorm());
      return new Started(owner.adopt(choice), hidden, before);
    } catch (RuntimeException | Error e) {
      before.close();
      throw e;
    }
  }

  /** Closing twice does nothing. */
  @Override
  public void close() {
    pending.ifPresent(
        started -> {
          sequence.cache().restore(started.before());
          started.free();
        });
    following.ifPresent(Started::free);
    pending = Optional.empty();
    following = Optional.empty();
    owner.close();
  }
}
