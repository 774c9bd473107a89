package dev.mlxmtp.checkpoint;

/** How a zero-centred norm is stored. */
enum NormForm {
  /** As published: the effective gamma is {@code 1 + w}. */
  RAW,
  /** As converted for MLX: the stored numbers are the gamma. */
  SHIFTED
}
