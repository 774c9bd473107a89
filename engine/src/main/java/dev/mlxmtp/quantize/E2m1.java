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
