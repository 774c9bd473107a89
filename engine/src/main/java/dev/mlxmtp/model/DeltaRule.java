package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * The gated delta rule (Yang et al. 2024, "Gated Delta Networks"), everything in float32:
 *
 * <pre>
 *   S ← α_t S;   d = β_t (v_t − S k_t);   S ← S + d k_tᵀ;   y_t = S q_t,     α_t = exp(g_t)
 * </pre>
 *
 * step by step, or for many positions in chunks of C, where the steps inside a chunk become matrix
 * products.
 */
final class DeltaRule {
  /**
   * One call's rows, float32.
   *
   * @param q {@code [B, H, T, Dk]}, normalised and scaled
   * @param k {@code [B, H, T, Dk]}, normalised
   * @param v {@code [B, H, T, Dv]}
   * @param g {@code [B, H, T]}, log of the decay
   * @param beta {@code [B, H, T]}
   */
  record Rows(Array q, Array k, Array v, Array g, Array beta) {
    int count() {
      return q.dim(2);
    }
  }

  /**
   * @param y {@code [B, H, T, Dv]}
   * @param states after each row in the recurrent form, after the last alone in the chunked one
   */
  record Result(Array y, RowStates states) {}

  private final int chunk;
  private final Array lower;
  private final Array strictlyLower;
  // Level i couples neighbouring diagonal blocks of size 2^i: their lower left corners.
  private final List<Array> corners = new ArrayList<>();

  /**
   * @param chunk C, a power of two
   */
  DeltaRule(int chunk, Scope weights) {
    this.chunk = chunk;
    this.lower = weights.adopt(Ops.tri(chunk, chunk, 0, DType.FLOAT32));
    this.strictlyLower = weights.adopt(Ops.tri(chunk, chunk, -1, DType.FLOAT32));
    for (int block = 1; block < chunk; block *= 2) {
      float[] mask = new float[chunk * chunk];
      for (int i = 0; i < chunk; i++) {
        for (int j = 0; j < i; j++) {
          boolean samePair = i / (2 * block) == j / (2 * block);
          mask[i * chunk + j] = samePair && i / block != j / block ? 1 : 0;
        }
      }
      corners.add(weights.adopt(Array.of(mask, chunk, chunk)));
    }
  }

  /** Row by row, keeping the state after each. */
  static Result recurrent(Rows rows, Array state) {
    List<Array> states = new ArrayList<>();
    List<Array> outputs = new ArrayList<>();
    Array s = state;
    Array alpha = Ops.exp(rows.g());
    for (int t = 0; t < rows.count(); t++) {
      Array k = column(rows.k(), t);
      s = Ops.multiply(s, scalar(alpha, t));
      Array d =
          Ops.multiply(Ops.subtract(column(rows.v(), t), Ops.matmul(s, k)), scalar(rows.beta(), t));
      s = Ops.add(s, Ops.multiply(d, Ops.swapLast(k)));
      outputs.add(Ops.swapLast(Ops.matmul(s, column(rows.q(), t))));
      states.add(s);
    }
    return new Result(
        outputs.size() == 1 ? outputs.getFirst() : Ops.concatenate(outputs, 2),
        new RowStates.Listed(states));
  }

  // Row t of [B, H, T, D] as a column [B, H, D, 1].
  private static Array column(Array x, int t) {
    return Ops.swapLast(x.dim(2) == 1 ? x : Ops.slice(x, 2, t, t + 1));
  }

  // Entry t of [B, H, T] as [B, H, 1, 1].
  private static Array scalar(Array x, int t) {
    Array entry = x.dim(2) == 1 ? x : Ops.slice(x, 2, t, t + 1);
    return Ops.reshape(entry, x.dim(0), x.dim(1), 1, 1);
  }

  /** In chunks; the last one is filled up with rows that change nothing (β = 0, g = 0). */
  Result chunked(Rows rows, Array state) {
    int count = rows.count();
    int n = (count + chunk - 1) / chunk;
    Array q = chunks(rows.q(), n);
    Array k = chunks(rows.k(), n);
    Array v = chunks(rows.v(), n);
    Array beta = columns(rows.beta(), n);
    Array decay = Ops.cumsum(columns(rows.g(), n), -2);

    // L_ij = exp(G_i − G_j) for j ≤ i: masked before the exponential, which overflows above the
    // diagonal.
    Array difference = Ops.subtract(decay, Ops.swapLast(decay));
    Array l = Ops.multiply(Ops.exp(Ops.multiply(difference, lower)), lower);
    Array kT = Ops.swapLast(k);
    Array a = Ops.multiply(Ops.multiply(Ops.multiply(Ops.matmul(k, kT), l), beta), strictlyLower);
    Array inverse = invertUnitLower(a);
    Array u = Ops.matmul(inverse, Ops.multiply(v, beta));
    Array w = Ops.matmul(inverse, Ops.multiply(k, Ops.multiply(beta, Ops.exp(decay))));
    Array within = Ops.multiply(Ops.matmul(q, kT), l);
    Array qDecayed = Ops.multiply(q, Ops.exp(decay));
    Array total = Ops.slice(decay, -2, chunk - 1, chunk);
    Array kRemaining = Ops.multiply(k, Ops.exp(Ops.subtract(total, decay)));
    Array carried = Ops.exp(total);

    List<Array> outputs = new ArrayList<>();
    Array s = state;
    for (int i = 0; i < n; i++) {
      Array sT = Ops.swapLast(s);
      Array vNew = Ops.subtract(at(u, i), Ops.matmul(at(w, i), sT));
      outputs.add(Ops.add(Ops.matmul(at(qDecayed, i), sT), Ops.matmul(at(within, i), vNew)));
      s =
          Ops.add(
              Ops.multiply(s, at(carried, i)), Ops.matmul(Ops.swapLast(vNew), at(kRemaining, i)));
    }
    Array y = outputs.size() == 1 ? outputs.getFirst() : Ops.concatenate(outputs, 2);
    return new Result(
        count == n * chunk ? y : Ops.slice(y, 2, 0, count), new RowStates.Listed(List.of(s)));
  }

  /**
   * {@code (I + A)⁻¹} for strictly lower triangular A, by forward substitution of blocks that
   * double in size: with X the inverse of the diagonal blocks and B the corners between two of
   * them, {@code X − X B X} is the inverse of the joined blocks. No power of A is formed, so
   * correlated keys do not overflow it.
   */
  private Array invertUnitLower(Array a) {
    Array x = Ops.subtract(identity(), Ops.multiply(a, corners.getFirst()));
    for (Array corner : corners.subList(1, corners.size())) {
      x = Ops.subtract(x, Ops.matmul(Ops.matmul(x, Ops.multiply(a, corner)), x));
    }
    return x;
  }

  private Array identity() {
    return Ops.subtract(lower, strictlyLower);
  }

  // [B, H, T, D] to [B, H, n, C, D].
  private Array chunks(Array x, int n) {
    Array padded = fill(x, n);
    return Ops.reshape(padded, x.dim(0), x.dim(1), n, chunk, x.dim(3));
  }

  // [B, H, T] to [B, H, n, C, 1].
  private Array columns(Array x, int n) {
    return Ops.reshape(fill(x, n), x.dim(0), x.dim(1), n, chunk, 1);
  }

  private Array fill(Array x, int n) {
    int missing = n * chunk - x.dim(2);
    return missing == 0 ? x : Ops.pad(x, 2, 0, missing);
  }

  // Chunk i of [B, H, n, R, D] as [B, H, R, D].
  private static Array at(Array x, int i) {
    Array part = Ops.slice(x, 2, i, i + 1);
    return Ops.reshape(part, x.dim(0), x.dim(1), x.dim(3), x.dim(4));
  }
}
