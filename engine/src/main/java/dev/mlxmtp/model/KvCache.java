package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Kernels;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Keys and values of the positions seen so far, {@code [B, Hkv, capacity, D]} each. Grows by steps,
 * is cut by moving its length, and what lies beyond the length is never read.
 */
public final class KvCache implements LayerCache {
  private static final int STEP = 256;

  private record Buffers(Array keys, Array values) {}

  private final Scope owner;
  private Optional<Buffers> buffers = Optional.empty();
  private int length;

  KvCache(Scope owner) {
    this.owner = owner;
  }

  /** Keys and values of all positions up to the newest. */
  record View(Array keys, Array values) {}

  /**
   * Appends T positions.
   *
   * @param keys {@code [B, Hkv, T, D]}
   * @param values {@code [B, Hkv, T, D]}
   */
  View append(Array keys, Array values) {
    int rows = keys.dim(2);
    reserve(keys.dtype(), keys.dim(0), keys.dim(1), keys.dim(3), length + rows);
    Buffers old = buffers.orElseThrow();
    replace(
        Ops.sliceUpdate(old.keys(), keys, 2, length),
        Ops.sliceUpdate(old.values(), values, 2, length));
    length += rows;
    Buffers now = buffers.orElseThrow();
    return new View(Ops.slice(now.keys(), 2, 0, length), Ops.slice(now.values(), 2, 0, length));
  }

  /**
   * Appends T positions by a kernel that writes them into the buffers and attends.
   *
   * @param kernel from the buffers, with room for T more, to its output and the buffers with the
   *     new rows
   * @return the kernel's output
   */
  Array append(
      int rows,
      DType dtype,
      int batch,
      int heads,
      int dim,
      BiFunction<Array, Array, Kernels.AttentionOutputs> kernel) {
    reserve(dtype, batch, heads, dim, length + rows);
    Buffers old = buffers.orElseThrow();
    Kernels.AttentionOutputs out = kernel.apply(old.keys(), old.values());
    replace(out.keys(), out.values());
    length += rows;
    return out.y();
  }

  private void reserve(DType dtype, int batch, int heads, int dim, int needed) {
    int capacity = buffers.map(b -> b.keys().dim(2)).orElse(0);
    if (needed <= capacity) {
      return;
    }
    // Doubling bounds the copies of a long context; the step bounds the waste of a short one.
    int grown =
        (Math.max(needed, Math.min(2 * capacity, capacity + 16 * STEP)) + STEP - 1) / STEP * STEP;
    Array keys = Ops.zeros(dtype, batch, heads, grown - capacity, dim);
    Array values = Ops.zeros(dtype, batch, heads, grown - capacity, dim);
    if (buffers.isPresent()) {
      Buffers old = buffers.get();
      keys = Ops.concatenate(List.of(old.keys(), keys), 2);
      values = Ops.concatenate(List.of(old.values(), values), 2);
    }
    replace(keys, values);
  }

  // The old handles go at once, so that MLX may write the new rows into the same buffer.
  private void replace(Array keys, Array values) {
    Buffers now = new Buffers(owner.adopt(keys), owner.adopt(values));
    buffers.ifPresent(
        old -> {
          old.keys().free();
          old.values().free();
        });
    buffers = Optional.of(now);
  }

  /** Positions held. */
  public int length() {
    return length;
  }

  /** Forgets the positions from {@code length} on. */
  public void trim(int length) {
    if (length < 0 || length > this.length) {
      throw new IllegalArgumentException(
          "cannot trim a cache of " + this.length + " positions to " + length);
    }
    this.length = length;
  }

  /**
   * Hands out {@code keys} and {@code values} of the first {@code positions}, {@code [B, Hkv,
   * positions, D]} each, without the room for growth; of none nothing.
   */
  public void save(int positions, ArraySink sink) {
    if (positions > 0) {
      Buffers now = buffers.orElseThrow();
      sink.put("keys", Ops.slice(now.keys(), 2, 0, positions));
      sink.put("values", Ops.slice(now.values(), 2, 0, positions));
    }
  }

  /** Takes up what was saved of one sequence, in place of what is held. */
  public void load(int positions, ArraySource source, Qwen35Config config, DType compute) {
    reset();
    if (positions > 0) {
      int[] shape = {1, config.keyValueHeads(), positions, config.headDim()};
      replace(source.take("keys", compute, shape), source.take("values", compute, shape));
      length = positions;
    }
  }

  @Override
  public void rollback(int rows, int kept) {
    trim(length - rows + kept);
  }

  @Override
  public void reset() {
    buffers.ifPresent(
        old -> {
          old.keys().free();
          old.values().free();
        });
    buffers = Optional.empty();
    length = 0;
  }

  @Override
  public List<Array> arrays() {
    return buffers.map(b -> List.of(b.keys(), b.values())).orElse(List.of());
  }
}
