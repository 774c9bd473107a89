package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;

/**
 * {@code x / sqrt(mean(x²) + eps) · gamma}, computed in float32 and rounded once to the dtype of x.
 *
 * @param gamma {@code [D]} float32, the effective factor: where the file stores it zero-centred,
 *     one was added
 */
record RmsNorm(Array gamma, double eps) {

  Array apply(Array x) {
    Array y = Fast.rmsNorm(x, gamma, eps);
    return x.dtype() == DType.FLOAT32 ? y : Ops.astype(y, x.dtype());
  }
}
