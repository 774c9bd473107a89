package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Kernels;
import dev.mlxmtp.mlx.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * Full attention with an output gate ({@code self_attn.*}): {@code o_proj(softmax(q kᵀ / √D) v ·
 * sigmoid(gate))}, where q and gate come interleaved per head from q_proj, and q and k are
 * normalised per head before the rotary embedding.
 */
record GatedAttention(
    Linear qProj,
    Linear kProj,
    Linear vProj,
    Linear oProj,
    RmsNorm qNorm,
    RmsNorm kNorm,
    RotaryEmbedding rope,
    boolean kernels,
    Qwen35Config config) {

  // Attention scores of one block of queries, in elements: bounds the memory of a long prompt where
  // the device has no
  // fused kernel and the scores exist in full.
  private static final long SCORES = 1L << 25;

  /** {@code [B, T, H]} to {@code [B, T, H]}; appends its rows to each sequence's cache. */
  Array apply(Array x, Segments segments) {
    int batch = x.dim(0);
    int rows = x.dim(1);
    Array q = Ops.reshape(qProj.apply(x), batch, rows, config.attentionHeads(), -1);
    Array k = split(kProj.apply(x), batch, rows);
    Array v = split(vProj.apply(x), batch, rows);
    return oProj.apply(segments.mix(this::mix, q, k, v));
  }

  private Array mix(Segments.Segment of, Array[] qkv) {
    KvCache cache = (KvCache) of.cache();
    return kernels
            && of.positions() instanceof Positions.Text(int offset)
            && offset == cache.length()
        ? mixByKernel(qkv[0], qkv[1], qkv[2], cache)
        : mix(qkv[0], qkv[1], qkv[2], of.positions(), cache);
  }

  /**
   * {@code q [B, T, Ha, D or 2 D]}, k and v {@code [B, T, Hkv, D]} to {@code [B, T, Ha D]}, in
   * plain operations.
   */
  Array mix(Array qAndGate, Array k, Array v, Positions positions, KvCache cache) {
    int batch = k.dim(0);
    int rows = k.dim(1);
    int width = config.attentionHeads() * config.headDim();
    Array[] parts =
        config.outputGate() ? Ops.split(qAndGate, -1, config.headDim()) : new Array[] {qAndGate};
    Array q = rope.apply(headsFirst(qNorm.apply(parts[0])), positions);
    KvCache.View seen =
        cache.append(rope.apply(headsFirst(kNorm.apply(k)), positions), headsFirst(v));
    Array attended = Ops.reshape(headsLast(attend(q, seen)), batch, rows, width);
    return config.outputGate()
        ? Ops.multiply(attended, Ops.sigmoid(Ops.reshape(parts[1], batch, rows, width)))
        : attended;
  }

  /** The same in one node, for text. */
  Array mixByKernel(Array q, Array k, Array v, KvCache cache) {
    int offset = cache.length();
    return cache.append(
        k.dim(1),
        k.dtype(),
        k.dim(0),
        config.keyValueHeads(),
        config.headDim(),
        (keys, values) ->
            Kernels.gatedAttention(
                new Kernels.AttentionInputs(
                    q, k, v, qNorm.gamma(), kNorm.gamma(), rope.periods(), keys, values),
                new Kernels.AttentionSettings(
                    offset,
                    config.rope().dims(),
                    config.rope().scale(),
                    qNorm.eps(),
                    scale(),
                    config.outputGate())));
  }

  private double scale() {
    return Math.pow(config.headDim(), -0.5);
  }

  private Array attend(Array q, KvCache.View seen) {
    int rows = q.dim(2);
    int keys = seen.keys().dim(2);
    int block = (int) Math.max(16, SCORES / ((long) q.dim(0) * q.dim(1) * keys));
    if (rows <= block) {
      return attendBlock(q, seen.keys(), seen.values());
    }
    List<Array> blocks = new ArrayList<>();
    for (int start = 0; start < rows; start += block) {
      int stop = Math.min(rows, start + block);
      int visible = keys - rows + stop;
      blocks.add(
          attendBlock(
              Ops.slice(q, 2, start, stop),
              Ops.slice(seen.keys(), 2, 0, visible),
              Ops.slice(seen.values(), 2, 0, visible)));
    }
    return Ops.concatenate(blocks, 2);
  }

  private Array attendBlock(Array q, Array k, Array v) {
    return Fast.attention(q, k, v, scale(), q.dim(2) > 1);
  }

  private Array split(Array x, int batch, int rows) {
    return Ops.reshape(x, batch, rows, config.keyValueHeads(), config.headDim());
  }

  private static Array headsFirst(Array x) {
    return Ops.transpose(x, 0, 2, 1, 3);
  }

  private static Array headsLast(Array x) {
    return Ops.transpose(x, 0, 2, 1, 3);
  }
}
