package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;

/**
 * {@code down(silu(gate(x)) · up(x))} ({@code mlp.gate_proj}, {@code up_proj}, {@code down_proj}).
 */
record SwiGlu(Linear gate, Linear up, Linear down) implements Mlp {

  @Override
  public Array apply(Array x) {
    return down.apply(Fast.swiGlu(gate.apply(x), up.apply(x)));
  }

  static Array silu(Array x) {
    return Ops.multiply(x, Ops.sigmoid(x));
  }
}
