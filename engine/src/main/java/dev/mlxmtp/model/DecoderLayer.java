package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;

/** {@code h = x + mixer(input_layernorm(x)); out = h + mlp(post_attention_layernorm(h))}. */
sealed interface DecoderLayer {

  RmsNorm inputNorm();

  RmsNorm postAttentionNorm();

  Mlp mlp();

  /** {@code [B, T, H]}, normalised, to {@code [B, T, H]}. */
  Array mix(Array x, Segments segments);

  default Array apply(Array x, Segments segments) {
    Array h = Ops.add(x, mix(inputNorm().apply(x), segments));
    return Ops.add(h, mlp().apply(postAttentionNorm().apply(h)));
  }

  /** A layer whose mixer is full attention. */
  record FullAttention(
      RmsNorm inputNorm, GatedAttention attention, RmsNorm postAttentionNorm, Mlp mlp)
      implements DecoderLayer {
    @Override
    public Array mix(Array x, Segments segments) {
      return attention.apply(x, segments);
    }
  }

  /** A layer whose mixer is Gated DeltaNet. */
  record LinearAttention(
      RmsNorm inputNorm, GatedDeltaNet deltaNet, RmsNorm postAttentionNorm, Mlp mlp)
      implements DecoderLayer {
    @Override
    public Array mix(Array x, Segments segments) {
      return deltaNet.apply(x, segments);
    }
  }
}
