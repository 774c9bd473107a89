package dev.mlxmtp.quantize;

/** FP4 of the OCP MX specification: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives. */
final class E2m1 {
  static final float MAX = 6;
  static final int BITS = 4;

  private static final int SIGN = 8;
  private static final float[] VALUES = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};

  private E2m1() {}

  static float value(int code) {
    float magnitude = VALUES[code & 7];
    return (code & SIGN) == 0 ? magnitude : -magnitude;
  }

  /** The code of the nearest value, ties to the even code, saturating; the sign of zero stays. */
  static int nearest(float x) {
    int bits = Float.floatToRawIntBits(x);
    int magnitude = bits & 0x7fffffff;
    // From 1 on a rounding of the mantissa to one bit; below, of twice the number to an integer.
    int large = ((magnitude + 0x1fffff + ((magnitude >>> 22) & 1)) >>> 22) - 252;
    int small = (int) Math.rint(2 * Float.intBitsToFloat(magnitude));
    int code = magnitude >= 0x3f800000 ? Math.min(large, 7) : small;
    return code | (bits >>> 28 & SIGN);
  }

  /**
   * What MLX's CPU back end chooses: the first nearest of {@code 0 … 6, −0 … −6}, with distances
   * rounded to the weight's type. Ties go to the smaller magnitude, and −0 becomes 0.
   */
  static int nearestAsMlx(float x, FloatType type) {
    float magnitude = Math.abs(x);
    int best = 0;
    float least = magnitude;
    for (int i = 1; i < VALUES.length; i++) {
      float distance = Math.abs(type.round(magnitude - VALUES[i]));
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return x < 0 && best > 0 ? best | SIGN : best;
  }
}
