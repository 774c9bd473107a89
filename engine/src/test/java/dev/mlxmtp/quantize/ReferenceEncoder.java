package dev.mlxmtp.quantize;

/** The best-scale rule written out plainly, in double precision where it decides. */
final class ReferenceEncoder {
  private static final int GROUP = 32;
  private static final int LEAST = -127;

  private ReferenceEncoder() {}

  static void encode(MxEncoder encoder, float[] x, byte[] codes, byte[] scales) {
    double max = encoder == MxEncoder.MXFP4 ? 6 : 448;
    for (int from = 0; from < x.length; from += GROUP) {
      double largest = 0;
      for (int i = from; i < from + GROUP; i++) {
        largest = Math.max(largest, Math.abs(x[i]));
      }
      int exponent = largest == 0 ? 0 : LEAST;
      while (max * Math.pow(2, exponent) < largest) {
        exponent++;
      }
      boolean smaller = encoder == MxEncoder.MXFP4 && largest > 0 && exponent > LEAST;
      if (smaller && error(x, from, exponent - 1) < 4 * error(x, from, exponent)) {
        exponent--;
      }
      scales[from / GROUP] = (byte) (exponent + 127);
      for (int i = from; i < from + GROUP; i++) {
        float y = (float) (x[i] * Math.pow(2, -exponent));
        if (encoder == MxEncoder.MXFP8) {
          codes[i] = (byte) E4m3.nearest(y);
        } else {
          codes[i / 2] |= (byte) (nearestE2m1(y) << 4 * (i % 2));
        }
      }
    }
  }

  // In units of (scale / 1024)², so that no rounding decides.
  private static long error(float[] x, int from, int exponent) {
    long sum = 0;
    for (int i = from; i < from + GROUP; i++) {
      float y = (float) (Math.abs(x[i]) * Math.pow(2, -exponent));
      long difference = (long) ((E2m1.value(nearestE2m1(y)) - y) * 1024);
      sum += difference * difference;
    }
    return sum;
  }

  /**
   * E2M1: the code of the nearest value, ties to the even code, saturating; the sign of zero stays.
   */
  static int nearestE2m1(float x) {
    int bits = Float.floatToRawIntBits(x);
    int magnitude = bits & 0x7fffffff;
    // From 1 on a rounding of the mantissa to one bit; below, of twice the number to an integer.
    int large = ((magnitude + 0x1fffff + ((magnitude >>> 22) & 1)) >>> 22) - 252;
    int small = (int) Math.rint(2 * Float.intBitsToFloat(magnitude));
    int code = magnitude >= 0x3f800000 ? Math.min(large, 7) : small;
    return code | (bits >>> 28 & 8);
  }

  /** The number that a code stands for under a scale byte. */
  static float decode(MxEncoder encoder, int code, int scale) {
    float value = encoder == MxEncoder.MXFP8 ? E4m3.value(code) : E2m1.value(code);
    return (float) (value * Math.pow(2, scale - 127));
  }
}
