package dev.mlxmtp.quantize;

/**
 * Packs groups of 32 numbers with one E8M0 scale {@code 2^(s − 127)} (OCP MX specification 1.0, as
 * MLX stores it: element i of a group at bits {@code i · bits} of little-endian words). Its
 * arithmetic is Java's, so that every machine writes the same bytes.
 */
public enum MxEncoder {
  MXFP4(E2m1.BITS, E2m1.MAX),
  MXFP8(E4m3.BITS, E4m3.MAX);

  /** Numbers to a scale. */
  public static final int GROUP = 32;

  private static final int BIAS = 127;
  private static final int LEAST = -127;
  private static final int MOST = 127;

  /** How a group's exponent is chosen; the format is the same. */
  public enum Scale {
    /**
     * MXFP8: the smallest exponent at which the group's largest number does not saturate; MXFP4:
     * that or the one below, whichever gives the smaller squared error.
     */
    BEST,
    /**
     * MLX's own rule on its CPU stream, {@code ceil(log2(max / 6))} or {@code / 448} computed in
     * the weight's type, and its rounding.
     */
    MLX
  }

  private final int bits;
  private final float max;

  MxEncoder(int bits, float max) {
    this.bits = bits;
    this.max = max;
  }

  /** Bytes of the codes of {@code n} numbers. */
  public int codeBytes(int n) {
    return n * bits / Byte.SIZE;
  }

  /**
   * Packs the first {@code n} numbers of {@code x}, finite, n a multiple of 32.
   *
   * @param type the type they were stored in, in which MLX computes
   * @param codes {@code n · bits / 8} bytes
   * @param scales {@code n / 32} bytes
   */
  public void encode(float[] x, int n, Scale scale, FloatType type, byte[] codes, byte[] scales) {
    for (int group = 0; group * GROUP < n; group++) {
      int from = group * GROUP;
      float largest = 0;
      for (int i = from; i < from + GROUP; i++) {
        largest = Math.max(largest, Math.abs(x[i]));
      }
      int exponent =
          scale == Scale.MLX ? exponentAsMlx(largest, type) : exponentOf(x, from, largest);
      // A byte holds no more, and MLX lets it wrap as well.
      scales[group] = (byte) (exponent + BIAS);
      if (scale == Scale.MLX) {
        packAsMlx(x, from, exponent, type, codes);
      } else {
        pack(x, from, exponent, codes);
      }
    }
  }

  private int exponentOf(float[] x, int from, float largest) {
    int enough = withoutSaturation(largest);
    if (this == MXFP8 || enough == LEAST) {
      return enough;
    }
    return squaredError(x, from, enough - 1) < squaredError(x, from, enough) ? enough - 1 : enough;
  }

  private int withoutSaturation(float largest) {
    if (largest == 0) {
      return 0;
    }
    int exponent = Math.getExponent(largest) - Math.getExponent(max);
    while (exponent > LEAST && Math.scalb((double) max, exponent - 1) >= largest) {
      exponent--;
    }
    while (Math.scalb((double) max, exponent) < largest) {
      exponent++;
    }
    return Math.clamp(exponent, LEAST, MOST);
  }

  // In units of the scale's square for the larger exponent.
  private static float squaredError(float[] x, int from, int exponent) {
    float scale = Math.scalb(1f, exponent);
    float inverse = Math.scalb(1f, -exponent);
    float sum = 0;
    for (int i = from; i < from + GROUP; i++) {
      float y = x[i] * inverse;
      float error = (E2m1.value(E2m1.nearest(y)) - y) * scale;
      sum += error * error;
    }
    return sum;
  }

  private void pack(float[] x, int from, int exponent, byte[] codes) {
    float inverse = Math.scalb(1f, -exponent);
    if (this == MXFP8) {
      for (int i = from; i < from + GROUP; i++) {
        codes[i] = (byte) E4m3.nearest(x[i] * inverse);
      }
    } else {
      for (int i = from; i < from + GROUP; i += 2) {
        int low = E2m1.nearest(x[i] * inverse);
        int high = E2m1.nearest(x[i + 1] * inverse);
        codes[i / 2] = (byte) (low | high << E2m1.BITS);
      }
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
    for (int i = from; i < from + GROUP; i++) {
      float y = type.round(x[i] / scale);
      if (this == MXFP8) {
        codes[i] = (byte) E4m3.nearest(y);
      } else {
        int code = E2m1.nearestAsMlx(y, type);
        codes[i / 2] = (byte) (i % 2 == 0 ? code : codes[i / 2] | code << E2m1.BITS);
      }
    }
  }

  /** The number that a code stands for under a scale byte. */
  public float decode(int code, int scale) {
    float value = this == MXFP8 ? E4m3.value(code) : E2m1.value(code);
    return (float) Math.scalb((double) value, scale - BIAS);
  }
}
