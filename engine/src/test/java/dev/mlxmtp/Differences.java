package dev.mlxmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How far two lists of numbers lie apart. */
public final class Differences {
  private Differences() {}

  /** The largest absolute difference; NaN counts as infinitely far. */
  public static double largest(float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length, "number of elements");
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs((double) expected[i] - actual[i]);
      largest = Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    return largest;
  }

  /** The largest absolute difference, in units of the largest expected element. */
  public static double relative(float[] expected, float[] actual) {
    double scale = 0;
    for (float e : expected) {
      scale = Math.max(scale, Math.abs(e));
    }
    double largest = largest(expected, actual);
    return largest == 0 ? 0 : largest / scale;
  }

  /** Fails where the two differ somewhere by more than {@code tolerance}. */
  public static void assertClose(float[] expected, float[] actual, double tolerance, String what) {
    double largest = largest(expected, actual);
    assertTrue(
        largest <= tolerance, () -> what + ": differs by " + largest + ", more than " + tolerance);
  }

  /** Fails where the two differ by more than {@code tolerance} of the largest expected element. */
  public static void assertRelative(
      float[] expected, float[] actual, double tolerance, String what) {
    double relative = relative(expected, actual);
    assertTrue(
        relative <= tolerance,
        () -> what + ": differs by " + relative + " of the largest, more than " + tolerance);
  }

  /** Index of the largest element, the first of equal ones. */
  public static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Euclidean length. */
  public static double norm(float[] values) {
    double square = 0;
    for (float v : values) {
      square += (double) v * v;
    }
    return Math.sqrt(square);
  }
}
