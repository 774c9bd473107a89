package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a linear layer remembers: the recurrent state {@code S [B, Hv, Dv, Dk]} float32 and the last
 * K − 1 inputs of its convolution {@code [B, K − 1, C]}. It has the same size however long the
 * context, and cannot be cut; a verification therefore keeps what the state after each of its rows
 * follows from until {@link #rollback} picks one.
 */
public final class DeltaNetState implements LayerCache {
  /** One point in time. */
  public record Snapshot(Array state, Array convolution) {
    /** Frees both arrays. */
    public void free() {
      state.free();
      convolution.free();
    }

    void save(ArraySink sink) {
      sink.put("state", state);
      sink.put("convolution", convolution);
    }

    /** What was saved of one sequence; belongs to the innermost scope. */
    static Snapshot load(ArraySource source, Qwen35Config config, DType compute) {
      return new Snapshot(
          source.take(
              "state",
              DType.FLOAT32,
              1,
              config.valueHeads(),
              config.valueHeadDim(),
              config.keyHeadDim()),
          source.take("convolution", compute, 1, config.convKernel() - 1, config.convChannels()));
    }
  }

  private record Reached(RecurrentState state, Array convolution) {
    void free() {
      state.free();
      convolution.free();
    }
  }

  /**
   * The rows of a verification: the state after each, and the convolution's inputs, the remembered
   * ones first.
   */
  private record Tape(RowStates states, Array window) {}

  private static final int LONGEST_VIEWED = 32;

  private final Scope owner;
  private final int remembered;
  private Optional<Reached> reached = Optional.empty();
  private Optional<Tape> tape = Optional.empty();

  /**
   * @param convKernel K
   */
  DeltaNetState(Scope owner, int convKernel) {
    this.owner = owner;
    this.remembered = convKernel - 1;
  }

  /** The present point, its state at hand; empty before the first position. */
  Optional<Snapshot> now() {
    if (reached.isPresent() && reached.get().state() instanceof RecurrentState.Ahead ahead) {
      reach(ahead.now(), reached.get().convolution().share());
    }
    return reached.map(r -> new Snapshot(r.state().now(), r.convolution()));
  }

  /** The state as a rollback may have left it. */
  Optional<RecurrentState> recurrent() {
    return reached.map(Reached::state);
  }

  /** The last inputs of the convolution. */
  Optional<Array> convolution() {
    return reached.map(Reached::convolution);
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
    reach(states.last().share(), conv(window, window.dim(1) - remembered));
    tape = kept;
  }

  @Override
  public void rollback(int rows, int kept) {
    Tape verified =
        tape.orElseThrow(() -> new IllegalStateException("there is no verification to roll back"));
    tape = Optional.empty();
    if (kept < rows) {
      reach(verified.states().take(kept - 1), conv(verified.window(), kept));
    } else {
      verified.states().free();
    }
    verified.window().free();
  }

  // Of a long pass a copy, since a view would keep the whole window alive.
  private Array conv(Array window, int from) {
    Array view = Ops.slice(window, 1, from, from + remembered);
    return window.dim(1) <= LONGEST_VIEWED ? view : Ops.contiguous(view);
  }

  private void reach(Array state, Array convolution) {
    reach(new RecurrentState.Present(owner.adopt(state)), convolution);
  }

  // The state is owned already.
  private void reach(RecurrentState state, Array convolution) {
    Reached next = new Reached(state, owner.adopt(convolution));
    reached.ifPresent(Reached::free);
    reached = Optional.of(next);
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
    return now()
        .map(
            s ->
                new Snapshot(owner.adopt(s.state().share()), owner.adopt(s.convolution().share())));
  }

  /**
   * Computes the state where it lies ahead, and copies what is a view, so that nothing else is kept
   * alive.
   */
  void compact() {
    now().ifPresent(s -> reach(Ops.contiguous(s.state()), Ops.contiguous(s.convolution())));
  }

  /** Returns to a point taken before. */
  void restore(Snapshot point) {
    forgetTape();
    reach(point.state().share(), point.convolution().share());
  }

  @Override
  public void reset() {
    forgetTape();
    reached.ifPresent(Reached::free);
    reached = Optional.empty();
  }

  @Override
  public List<Array> arrays() {
    return reached
        .map(r -> Stream.concat(r.state().arrays().stream(), Stream.of(r.convolution())).toList())
        .orElse(List.of());
  }
}
