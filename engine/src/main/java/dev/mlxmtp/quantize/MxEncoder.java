package dev.mlxmtp.quantize;

import dev.mlxmtp.mlx.MxPacking;
import dev.mlxmtp.mlx.QuantMode;

/**
 * The codes of a microscaling format (OCP MX specification 1.0, as MLX stores it): groups of 32
 * numbers with one E8M0 scale {@code 2^(s − 127)}, element i of a group at bits {@code i · bits} of
 * little-endian words.
 */
enum MxEncoder {
  MXFP4(E2m1.BITS, E2m1.MAX),
  MXFP8(E4m3.BITS, E4m3.MAX);

  private static final int BIAS = 127;

  private final int bits;
  private final float max;

  MxEncoder(int bits, float max) {
    this.bits = bits;
    this.max = max;
  }

  static MxEncoder of(QuantMode mode) {
    return switch (mode) {
      case MXFP4 -> MXFP4;
      case MXFP8 -> MXFP8;
      default -> throw new IllegalArgumentException(mode + " is no microscaling format");
    };
  }

  int bits() {
    return bits;
  }

  /** Bytes of the codes of {@code n} numbers. */
  int codeBytes(int n) {
    return n * bits / Byte.SIZE;
  }

  /**
   * Packs as MLX does on its CPU stream: the exponent {@code ceil(log2(max / 6))} or {@code / 448},
   * computed in part in the weight's type, which wraps around for the very smallest groups, and
   * nearest codes with ties to the smaller in MXFP4. (MLX's {@link dev.mlxmtp.mlx.Fast#quantize}
   * gives the same on the CPU alone.)
   *
   * @param x at least {@code n} numbers, finite, n a multiple of 32
   * @param type the type they were stored in
   */
  void encodeAsMlx(float[] x, int n, FloatType type, byte[] codes, byte[] scales) {
    for (int from = 0; from < n; from += MxPacking.GROUP) {
      float largest = 0;
      for (int i = from; i < from + MxPacking.GROUP; i++) {
        largest = Math.max(largest, Math.abs(x[i]));
      }
      int exponent = exponentAsMlx(largest, type);
      scales[from / MxPacking.GROUP] = (byte) (exponent + BIAS);
      packAsMlx(x, from, exponent, type, codes);
    }
  }

  private int exponentAsMlx(float largest, FloatType type) {
    float ratio = type.round(largest / max);
    if (ratio == 0) {
      return 0;
    }
    float log = (float) (Math.log(ratio) / Math.log(2));
    return (int) Math.ceil(log);
  }

  private void packAsMlx(float[] x, int from, int exponent, FloatType type, byte[] codes) {
    float scale = type.round((float) Math.scalb(1.0, exponent));
    for (int i = from; i < from + MxPacking.GROUP; i++) {
      float y = type.round(x[i] / scale);
      if (this == MXFP8) {
        codes[i] = (byte) E4m3.nearest(y);
      } else {
        int code = E2m1.nearestAsMlx(y, type);
        codes[i / 2] = (byte) (i % 2 == 0 ? code : codes[i / 2] | code << E2m1.BITS);
      }
    }
  }
}
