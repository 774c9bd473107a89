package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import java.util.List;
import java.util.Optional;

/**
 * What a linear layer remembers: the recurrent state {@code S [B, Hv, Dv, Dk]} float32 and the last
 * K − 1 inputs of its convolution {@code [B, K − 1, C]}. It has the same size however long the
 * context, and cannot be cut; a verification therefore keeps the state after each of its rows until
 * {@link #rollback} picks one.
 */
public final class DeltaNetState implements LayerCache {
  /** One point in time. */
  public record Snapshot(Array state, Array convolution) {
    /** Frees both arrays. */
    public void free() {
      state.free();
      convolution.free();
    }
  }

  /**
   * The rows of a verification: the state after each, and the convolution's inputs, the remembered
   * ones first.
   */
  private record Tape(RowStates states, Array window) {}

  private final Scope owner;
  private final int remembered;
  private Optional<Snapshot> now = Optional.empty();
  private Optional<Tape> tape = Optional.empty();

  /**
   * @param convKernel K
   */
  DeltaNetState(Scope owner, int convKernel) {
    this.owner = owner;
    this.remembered = convKernel - 1;
  }

  Optional<Snapshot> now() {
    return now;
  }

  /**
   * Moves on over the rows of a pass.
   *
   * @param window {@code [B, K − 1 + T, C]}
   */
  void advance(RowStates states, Array window, Pass pass) {
    // Shared before the present point is let go, to which the tape may refer.
    Optional<Tape> kept =
        pass == Pass.VERIFY
            ? Optional.of(new Tape(states.sharedWith(owner), owner.adopt(window.share())))
            : Optional.empty();
    forgetTape();
    set(states.last(), conv(window, window.dim(1) - remembered));
    tape = kept;
  }

  @Override
  public void rollback(int rows, int kept) {
    Tape verified =
        tape.orElseThrow(() -> new IllegalStateException("there is no verification to roll back"));
    if (kept < rows) {
      set(verified.states().after(kept - 1), conv(verified.window(), kept));
    }
    forgetTape();
  }

  // A contiguous copy, since a view would keep the whole window alive.
  private Array conv(Array window, int from) {
    return Ops.contiguous(Ops.slice(window, 1, from, from + remembered));
  }

  private void set(Array state, Array convolution) {
    Snapshot next = new Snapshot(owner.adopt(state.share()), owner.adopt(convolution));
    now.ifPresent(Snapshot::free);
    now = Optional.of(next);
  }

  private void forgetTape() {
    tape.ifPresent(
        t -> {
          t.states().free();
          t.window().free();
        });
    tape = Optional.empty();
  }

  /** Shares the present point with {@code owner}; empty before the first position. */
  Optional<Snapshot> snapshot(Scope owner) {
    return now.map(
        s -> new Snapshot(owner.adopt(s.state().share()), owner.adopt(s.convolution().share())));
  }

  /**
   * Copies the state where it is a view of the states after all rows of a verification, so that
   * those are freed.
   */
  void compact() {
    now.ifPresent(s -> set(Ops.contiguous(s.state()), s.convolution().share()));
  }

  /** Returns to a point taken before. */
  void restore(Snapshot point) {
    forgetTape();
    set(point.state(), point.convolution().share());
  }

  @Override
  public void reset() {
    forgetTape();
    now.ifPresent(Snapshot::free);
    now = Optional.empty();
  }

  @Override
  public List<Array> arrays() {
    return now.map(s -> List.of(s.state(), s.convolution())).orElse(List.of());
  }
}
