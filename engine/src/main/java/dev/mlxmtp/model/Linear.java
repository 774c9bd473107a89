package dev.mlxmtp.model;

import dev.mlxmtp.checkpoint.Weight;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;
import java.util.Optional;

/** {@code y = x Wᵀ (+ b)} for a plain or a packed weight {@code W [N, K]}. */
record Linear(Weight weight, Optional<Array> bias) {

  /** {@code [..., K]} to {@code [..., N]}. */
  Array apply(Array x) {
    Array y =
        switch (weight) {
          case Weight.Dense(Array w) -> Fast.linear(x, w);
          case Weight.Packed(var packed) -> packed.matmul(x);
        };
    return bias.map(b -> Ops.add(y, b)).orElse(y);
  }
}
