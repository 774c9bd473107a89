package dev.mlxmtp.decode;

import java.util.Arrays;

/**
 * The median of the newest observations: what something takes, however often the machine was busy
 * with something else.
 */
final class Recent {
  private static final int KEPT = 15;

  private final double[] values = new double[KEPT];
  private int count;

  void add(double value) {
    values[count++ % KEPT] = value;
  }

  /** Observations that count. */
  int size() {
    return Math.min(count, KEPT);
  }

  /** Their median; there must be one. */
  double median() {
    double[] sorted = Arrays.copyOf(values, size());
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
