package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Kernels;
import dev.mlxmtp.mlx.Scope;
import java.util.List;

/**
 * The recurrent state {@code [B, Hv, Dv, Dk]} after each row of a pass, or after its last row
 * alone.
 */
sealed interface RowStates {

  /** After row t; of a pass that kept the last alone, that. */
  Array after(int t);

  Array last();

  /** The same, owned by {@code owner}. */
  RowStates sharedWith(Scope owner);

  void free();

  /** One array a row, as a loop over rows leaves them. */
  record Listed(List<Array> states) implements RowStates {
    @Override
    public Array after(int t) {
      return states.get(t);
    }

    @Override
    public Array last() {
      return states.getLast();
    }

    @Override
    public RowStates sharedWith(Scope owner) {
      return new Listed(states.stream().map(s -> owner.adopt(s.share())).toList());
    }

    @Override
    public void free() {
      states.forEach(Array::free);
    }
  }

  /**
   * The last alone, and the inputs of the pass, from which the kernel computes an earlier one when
   * it is wanted: the tape. Its arithmetic goes row by row, so what it computes then is what it
   * passed through before, to the bit.
   */
  record Replayed(Kernels.DeltaNetInputs inputs, double normEps, Array last) implements RowStates {
    @Override
    public Array after(int t) {
      return t == inputs.rows() - 1
          ? last
          : Kernels.deltaNet(inputs.firstRows(t + 1), normEps).state();
    }

    @Override
    public RowStates sharedWith(Scope owner) {
      return new Replayed(inputs.sharedWith(owner), normEps, owner.adopt(last.share()));
    }

    @Override
    public void free() {
      inputs.freeShared();
      last.free();
    }
  }
}
