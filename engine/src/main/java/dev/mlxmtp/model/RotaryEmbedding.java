package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import java.util.List;

/**
 * Partial rotary embedding: the first {@code dims} numbers of a head are rotated, paired half-split
 * {@code (x_j, x_{j + dims/2})}, the others pass through. Angles are float32.
 */
final class RotaryEmbedding {
  private final Rope rope;
  private final Array periods;

  RotaryEmbedding(Rope rope, Scope weights) {
    this.rope = rope;
    float[] values = new float[rope.periods().size()];
    for (int j = 0; j < values.length; j++) {
      values[j] = rope.periods().get(j).floatValue();
    }
    this.periods = weights.adopt(Array.of(values, values.length));
  }

  /** {@code [dims / 2]} float32: positions per radian. */
  Array periods() {
    return periods;
  }

  /**
   * @param x {@code [B, H, T, D]}
   */
  Array apply(Array x, Positions positions) {
    Array scaled = rope.scale() == 1 ? x : scaleRotated(x);
    return switch (positions) {
      case Positions.Text(int offset) -> Fast.rope(scaled, rope.dims(), offset, periods);
      case Positions.Grid(int[][] axes) -> rotate(scaled, axes);
    };
  }

  private Array scaleRotated(Array x) {
    Array[] parts = Ops.split(x, -1, rope.dims());
    return Ops.concatenate(List.of(Ops.multiply(parts[0], rope.scale()), parts[1]), -1);
  }

  private Array rotate(Array x, int[][] axes) {
    int half = rope.dims() / 2;
    int rows = axes[0].length;
    float[] angles = new float[rows * half];
    for (int t = 0; t < rows; t++) {
      for (int j = 0; j < half; j++) {
        angles[t * half + j] = (float) (axes[rope.axis(j)][t] / rope.periods().get(j));
      }
    }
    Array angle = Array.of(angles, rows, half);
    Array cos = Ops.cos(angle);
    Array sin = Ops.sin(angle);
    Array[] parts = Ops.split(Ops.astype(x, DType.FLOAT32), -1, half, 2 * half);
    Array first = Ops.subtract(Ops.multiply(parts[0], cos), Ops.multiply(parts[1], sin));
    Array second = Ops.add(Ops.multiply(parts[1], cos), Ops.multiply(parts[0], sin));
    return Ops.astype(Ops.concatenate(List.of(first, second, parts[2]), -1), x.dtype());
  }
}
