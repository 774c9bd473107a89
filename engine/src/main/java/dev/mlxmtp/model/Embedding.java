package dev.mlxmtp.model;

import dev.mlxmtp.checkpoint.Weight;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Ops;

/** {@code embed_tokens.weight [V, H]}: rows by token id, plain or packed. */
record Embedding(Weight weight, DType compute) {

  /** int32 {@code [B, T]} to {@code [B, T, H]}. */
  Array rows(Array tokens) {
    return switch (weight) {
      case Weight.Dense(Array w) -> Ops.astype(Ops.take(w, tokens, 0), compute);
      case Weight.Packed(var packed) -> packed.rows(tokens, compute);
    };
  }
}
