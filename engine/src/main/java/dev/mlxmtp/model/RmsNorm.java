package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Fast;

/**
 * {@code x / sqrt(mean(x²) + eps) · gamma}, computed in float32 and rounded once to the dtype of x.
 *
 * @param gamma {@code [D]} float32, the effective factor: where the file stores it zero-centred,
 *     one was added
 */
record RmsNorm(Array gamma, double eps) {

  Array apply(Array x) {
    return Fast.rmsNorm(x, gamma, eps);
  }
}
