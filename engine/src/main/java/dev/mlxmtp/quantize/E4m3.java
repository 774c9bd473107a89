package dev.mlxmtp.quantize;

/** FP8 of the OCP specification without infinities: up to 448, code 0x7f is NaN. */
final class E4m3 {
  static final float MAX = 448;
  static final int BITS = 8;

  private static final int LARGEST = 0x7e;
  private static final int NAN = 0x7f;
  private static final int SIGN = 0x80;
  private static final float SMALLEST_NORMAL = 0x1p-6f;
  private static final float[] VALUES = new float[256];

  static {
    for (int code = 0; code < VALUES.length; code++) {
      int exponent = code >> 3 & 15;
      int mantissa = code & 7;
      float magnitude =
          exponent == 0 ? mantissa * 0x1p-9f : (float) Math.scalb(1 + mantissa / 8.0, exponent - 7);
      float value = (code & NAN) == NAN ? Float.NaN : magnitude;
      VALUES[code] = (code & SIGN) == 0 ? value : -value;
    }
  }

  private E4m3() {}

  static float value(int code) {
    return VALUES[code & 0xff];
  }

  /** The code of the nearest value, ties to even, saturating; the sign of zero stays. */
  static int nearest(float x) {
    int bits = Float.floatToRawIntBits(x);
    int magnitude = bits & 0x7fffffff;
    int large = ((magnitude + 0x7ffff + ((magnitude >>> 20) & 1)) >>> 20) - (120 << 3);
    int small = (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p9f);
    int code = magnitude >= Float.floatToRawIntBits(SMALLEST_NORMAL) ? large : small;
    return Math.min(code, LARGEST) | (bits >>> 24 & SIGN);
  }
}
