package dev.mlxmtp.mlx;

import java.util.Optional;

/** Fused operations: one kernel where the device has it. Engine thread only. */
public final class Fast {
  private Fast() {}

  /**
   * {@code x / sqrt(mean(x²) + eps) · weight} over the last axis, statistics in float32.
   *
   * @param x {@code [..., D]}
   * @param weight {@code [D]}
   * @return in the dtype of x
   */
  public static Array rmsNorm(Array x, Array weight, double eps) {
    return NativeLayers.rmsNorm(x, weight.handle(), (float) eps);
  }

  /** The same without a weight. */
  public static Array rmsNorm(Array x, double eps) {
    return NativeLayers.rmsNorm(x, 0, (float) eps);
  }

  /**
   * {@code x Wᵀ}, accumulated in float32 on the CPU.
   *
   * @param x {@code [..., K]}
   * @param w {@code [N, K]}
   * @return {@code [..., N]}
   */
  public static Array linear(Array x, Array w) {
    return NativeLayers.linear(x, w);
  }

  /**
   * The most probable token of each row of logits, the first where several are.
   *
   * @param token int32 {@code [...]}
   * @param logit float32 {@code [...]}
   * @param logSum float32 {@code [...]}: the logarithm of the sum of the exponentials of the row's
   *     logits
   */
  public record Greedy(Array token, Array logit, Array logSum) {
    /** Of the token, under the softmax of its row. */
    public Array probability() {
      return Ops.exp(Ops.subtract(logit, logSum));
    }
  }

  /**
   * @param logits {@code [..., V]}
   * @param vocabulary of each row so many are looked at
   */
  public static Greedy greedy(Array logits, int vocabulary) {
    Array[] parts = NativeLayers.greedy(logits, vocabulary);
    return new Greedy(parts[0], parts[1], parts[2]);
  }

  /**
   * Where rows of logits have some tokens.
   *
   * @param probability of each under the softmax of its row, float32 {@code [1, k]}
   * @param above how many logits of its row are greater, int32 {@code [1, k]}
   */
  public record Standing(Array probability, Array above) {}

  /**
   * Of one token in each of the first k rows.
   *
   * @param logits {@code [1, T, V]}
   * @param tokens int32 {@code [1, k]}, k at most T
   * @param vocabulary of each row so many are looked at
   * @param temperature that the logits are divided by in the softmax
   */
  public static Standing standing(Array logits, Array tokens, int vocabulary, double temperature) {
    Array[] parts = NativeLayers.standing(logits, tokens, vocabulary, (float) (1 / temperature));
    return new Standing(parts[0], parts[1]);
  }

  /** {@code silu(gate) · up}, element-wise. */
  public static Array swiGlu(Array gate, Array up) {
    return NativeLayers.swiGlu(gate, up);
  }

  /**
   * Rotary embedding on the first {@code dims} numbers of each head, half-split pairing, the others
   * passed through.
   *
   * @param x {@code [B, H, T, D]}; row t stands at position {@code offset + t}
   * @param periods {@code [dims / 2]} float32: the reciprocal of each pair's angle per position
   */
  public static Array rope(Array x, int dims, int offset, Array periods) {
    return NativeLayers.rope(x, dims, offset, periods);
  }

  /**
   * {@code softmax(scale · q kᵀ + mask) v}, softmax in float32; query head h reads key head {@code
   * h / (H / Hkv)}.
   *
   * @param q {@code [B, H, T, D]}
   * @param k {@code [B, Hkv, S, D]}
   * @param v {@code [B, Hkv, S, Dv]}
   * @param causal row t sees the keys up to {@code S - T + t}
   */
  public static Array attention(Array q, Array k, Array v, double scale, boolean causal) {
    return NativeLayers.attention(q, k, v, (float) scale, causal, 0);
  }

  /**
   * Depthwise or grouped convolution over time, no padding, stride 1.
   *
   * @param x {@code [B, T, C]}
   * @param weight {@code [O, K, C / groups]}
   * @return {@code [B, T - K + 1, O]}
   */
  public static Array conv1d(Array x, Array weight, int groups) {
    return NativeLayers.conv1d(x, weight, groups);
  }

  /**
   * Products with one matrix per row group, chosen by index: {@code out[..., i, :, :] = x ·
   * w[indices[i]]ᵀ}.
   *
   * @param x {@code [..., 1, M, K]}, broadcast against the indices
   * @param w {@code [E, N, K]}
   * @param indices int32 or uint32
   * @param sorted the indices ascend, which lets rows of one expert share a pass over its weights
   */
  public static Array gatherMatmul(Array x, Array w, Array indices, boolean sorted) {
    return NativeLayers.gatherMatmul(x, w, indices, sorted);
  }

  /**
   * A weight packed as MLX packs it.
   *
   * @param weight uint32 {@code [..., N, K · bits / 32]}
   * @param scales {@code [..., N, K / group]}
   * @param biases like scales, in affine mode only
   */
  public record Packed(
      Array weight, Array scales, Optional<Array> biases, int group, int bits, QuantMode mode) {
    private long biasHandle() {
      return biases.map(Array::handle).orElse(0L);
    }

    /** {@code x · Wᵀ} for x {@code [..., M, K]}. */
    public Array matmul(Array x) {
      return NativeLayers.quantizedMatmul(x, weight, scales, biasHandle(), group, bits, mode);
    }

    /** As {@link Fast#gatherMatmul}. */
    public Array gatherMatmul(Array x, Array indices, boolean sorted) {
      return NativeLayers.gatherQuantizedMatmul(
          x, weight, scales, biasHandle(), indices, group, bits, mode, sorted);
    }

    /** The rows at the indices, unpacked: {@code indices.shape + [K]}. */
    public Array rows(Array indices, DType dtype) {
      return new Packed(
              Ops.take(weight, indices, 0),
              Ops.take(scales, indices, 0),
              biases.map(b -> Ops.take(b, indices, 0)),
              group,
              bits,
              mode)
          .dequantize(dtype);
    }

    /** Rows {@code [from, to)} of a matrix, without a copy. */
    public Packed between(int from, int to) {
      return new Packed(
          Ops.slice(weight, 0, from, to),
          Ops.slice(scales, 0, from, to),
          biases.map(b -> Ops.slice(b, 0, from, to)),
          group,
          bits,
          mode);
    }

    /** The weight unpacked. */
    public Array dequantize(DType dtype) {
      return NativeLayers.dequantize(weight, scales, biasHandle(), group, bits, mode, dtype);
    }
  }

  /** Packs {@code w [..., N, K]} with MLX's own encoder. */
  public static Packed quantize(Array w, int group, int bits, QuantMode mode) {
    Array[] parts = NativeLayers.quantize(w, group, bits, mode);
    return new Packed(
        parts[0],
        parts[1],
        parts.length > 2 ? Optional.of(parts[2]) : Optional.empty(),
        group,
        bits,
        mode);
  }
}
