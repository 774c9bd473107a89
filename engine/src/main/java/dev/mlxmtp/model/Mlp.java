package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;

/** The position-wise half of a layer. */
sealed interface Mlp permits SwiGlu, SparseMoe {

  /** {@code [B, T, H]} to {@code [B, T, H]}. */
  Array apply(Array x);
}
