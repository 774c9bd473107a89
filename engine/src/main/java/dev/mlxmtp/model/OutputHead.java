package dev.mlxmtp.model;

import dev.mlxmtp.checkpoint.Weight;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.QuantMode;
import dev.mlxmtp.mlx.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads logits from hidden states, of all tokens or of some, the candidates: the first {@code kept}
 * tokens, and after them the last ones of the vocabulary.
 */
public final class OutputHead {
  private static final int GROUP = 32;
  private static final int CONTROL_TOKENS = 64;
  private static final int PACKED_AT_ONCE = 16384;

  private final List<Linear> parts;
  private final long bytes;
  private final int candidates;
  private final int kept;
  private final int skipped;

  private OutputHead(List<Linear> parts, long bytes, int candidates, int kept, int skipped) {
    this.parts = parts;
    this.bytes = bytes;
    this.candidates = candidates;
    this.kept = kept;
    this.skipped = skipped;
  }

  /**
   * A head made from a model's own; that one where nothing is to be gained.
   *
   * @param vocabulary ids that the tokenizer defines
   * @param owner of what is made
   */
  static OutputHead of(DraftHead kind, Linear own, int vocabulary, Scope owner) {
    return switch (kind) {
      case DraftHead.Frequent(int tokens) when tokens + CONTROL_TOKENS < vocabulary -> {
        int last = vocabulary - CONTROL_TOKENS;
        List<Linear> parts =
            List.of(rows(own, 0, tokens, owner), rows(own, last, vocabulary, owner));
        yield new OutputHead(parts, 0, tokens + CONTROL_TOKENS, tokens, last - tokens);
      }
      case DraftHead.Packed(QuantMode mode) when isCoarser(mode, own.weight()) -> {
        Weight packed = packed(own.weight(), mode);
        packed.arrays().forEach(owner::adopt);
        long bytes = packed.arrays().stream().mapToLong(Array::bytes).sum();
        yield new OutputHead(
            List.of(new Linear(packed, own.bias())), bytes, vocabulary, vocabulary, 0);
      }
      case DraftHead.Full _, DraftHead.Packed _, DraftHead.Frequent _ ->
          new OutputHead(List.of(own), 0, vocabulary, vocabulary, 0);
    };
  }

  private static Linear rows(Linear head, int from, int to, Scope owner) {
    Weight weight = head.weight().rows(from, to);
    weight.arrays().forEach(owner::adopt);
    // The kernels read a view in place once it is one.
    Ops.eval(weight.arrays());
    return new Linear(weight, head.bias().map(b -> owner.adopt(Ops.slice(b, 0, from, to))));
  }

  private static boolean isCoarser(QuantMode mode, Weight weight) {
    return !(weight instanceof Weight.Packed(Fast.Packed p)) || bits(mode) < p.bits();
  }

  private static int bits(QuantMode mode) {
    return mode == QuantMode.MXFP8 ? 8 : 4;
  }

  // Some rows at a time, since the encoder makes wide copies.
  private static Weight packed(Weight weight, QuantMode mode) {
    List<Array> weights = new ArrayList<>();
    List<Array> scales = new ArrayList<>();
    int rows = weight.arrays().getFirst().dim(0);
    for (int from = 0; from < rows; from += PACKED_AT_ONCE) {
      try (Scope step = Scope.open()) {
        Array some =
            switch (weight.rows(from, Math.min(rows, from + PACKED_AT_ONCE))) {
              case Weight.Dense(Array w) -> w;
              case Weight.Packed(Fast.Packed p) -> p.dequantize(DType.BFLOAT16);
            };
        Fast.Packed part = Fast.quantize(some, GROUP, bits(mode), mode);
        Ops.eval(part.weight(), part.scales());
        weights.add(step.keep(part.weight()));
        scales.add(step.keep(part.scales()));
      }
    }
    Array allWeights = Ops.concatenate(weights, 0);
    Array allScales = Ops.concatenate(scales, 0);
    Ops.eval(allWeights, allScales);
    return new Weight.Packed(
        new Fast.Packed(allWeights, allScales, Optional.empty(), GROUP, bits(mode), mode));
  }

  /** {@code [B, T, H]} to {@code [B, T, C]}, of C candidates and perhaps of padding behind them. */
  public Array logits(Array hidden) {
    List<Array> logits = parts.stream().map(part -> part.apply(hidden)).toList();
    return logits.size() == 1 ? logits.getFirst() : Ops.concatenate(logits, -1);
  }

  /** C. */
  public int candidates() {
    return candidates;
  }

  /** The tokens that candidates are, int32 of any shape. */
  public Array tokens(Array candidate) {
    if (skipped == 0) {
      return candidate;
    }
    Array isKept = Ops.less(candidate, Array.of(new int[] {kept}, 1));
    return Ops.where(isKept, candidate, Ops.add(candidate, Array.of(new int[] {skipped}, 1)));
  }

  /**
   * Logits by token, where the candidates' are given; what is no candidate is impossible.
   *
   * @param logits {@code [C]}
   */
  public float[] byToken(float[] logits) {
    if (skipped == 0) {
      return logits;
    }
    float[] all = new float[candidates + skipped];
    Arrays.fill(all, Float.NEGATIVE_INFINITY);
    System.arraycopy(logits, 0, all, 0, kept);
    System.arraycopy(logits, kept, all, kept + skipped, candidates - kept);
    return all;
  }

  /** What it takes beside the model's weights. */
  long bytes() {
    return bytes;
  }
}
