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

  /** The state after row t, freeing what is not of it. */
  RecurrentState take(int t);

  Array last();

  /** The same, owned by {@code owner}. */
  RowStates sharedWith(Scope owner);

  void free();

  /** One array a row, as a loop over rows leaves them. */
  record Listed(List<Array> states) implements RowStates {
    @Override
    public RecurrentState take(int t) {
      for (int i = 0; i < states.size(); i++) {
        if (i != t) {
          states.get(i).free();
        }
      }
      return new RecurrentState.Present(states.get(t));
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

  /** The last alone, and the inputs of the pass, from which an earlier one follows: the tape. */
  record Taped(Kernels.DeltaNetInputs inputs, double normEps, Array last) implements RowStates {
    @Override
    public RecurrentState take(int t) {
      if (t == inputs.rows() - 1) {
        inputs.shared().forEach(Array::free);
        return new RecurrentState.Present(last);
      }
      last.free();
      return new RecurrentState.Ahead(inputs, t + 1, normEps);
    }

    @Override
    public RowStates sharedWith(Scope owner) {
      return new Taped(inputs.sharedWith(owner), normEps, owner.adopt(last.share()));
    }

    @Override
    public void free() {
      inputs.shared().forEach(Array::free);
      last.free();
    }
  }
}
