package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;

/**
 * The trunk's output, both {@code [B, T, H]}.
 *
 * @param preNorm after the last layer
 * @param postNorm after the final norm: what the output head reads, and the MTP head unless asked
 *     otherwise
 */
public record Hidden(Array preNorm, Array postNorm) {

  /** Rows {@code [from, to)} of these. */
  public Hidden rows(int from, int to) {
    return new Hidden(Ops.slice(preNorm, 1, from, to), Ops.slice(postNorm, 1, from, to));
  }
}
