package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Kernels;
import java.util.List;

/** The recurrent state {@code S [B, Hv, Dv, Dk]} float32 at one point. */
sealed interface RecurrentState {

  /** S; computed now where it lies ahead. */
  Array now();

  /** S, or the state that it follows from. */
  Array atHand();

  /** The arrays that stand for it. */
  List<Array> arrays();

  void free();

  /** At hand. */
  record Present(Array now) implements RecurrentState {
    @Override
    public Array atHand() {
      return now;
    }

    @Override
    public List<Array> arrays() {
      return List.of(now);
    }

    @Override
    public void free() {
      now.free();
    }
  }

  /**
   * After the first {@code rows} rows of a pass of which only the state before it is at hand: what
   * a rollback leaves. The next pass goes over those rows on its way, for less than a node of its
   * own would cost. The kernel's arithmetic goes row by row, so what it computes then is what it
   * passed through before, to the bit.
   */
  record Ahead(Kernels.DeltaNetInputs pass, int rows, double normEps) implements RecurrentState {
    @Override
    public Array now() {
      return Kernels.deltaNet(pass.firstRows(rows), normEps).state();
    }

    @Override
    public Array atHand() {
      return pass.state();
    }

    @Override
    public List<Array> arrays() {
      return pass.shared();
    }

    @Override
    public void free() {
      pass.shared().forEach(Array::free);
    }
  }
}
