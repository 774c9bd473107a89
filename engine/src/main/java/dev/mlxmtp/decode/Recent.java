package dev.mlxmtp.decode;

import java.util.Arrays;

/**
 * The median of the newest observations: what something takes, however often the machine was busy
 * with something else. Observations go out of date.
 */
final class Recent {
  private static final int KEPT = 15;
  private static final long FRESH = 200;

  private final double[] values = new double[KEPT];
  private final long[] times = new long[KEPT];
  private int count;
  private double median;

  /**
   * @param now a count of whatever passes, rounds for example
   */
  void add(double value, long now) {
    values[count % KEPT] = value;
    times[count % KEPT] = now;
    count++;
    sort(now);
  }

  /** False before the first observation. */
  boolean isKnown() {
    return count > 0;
  }

  /** Observations that are not out of date. */
  int fresh(long now) {
    int fresh = 0;
    for (int i = 0; i < Math.min(count, KEPT); i++) {
      fresh += now - times[i] <= FRESH ? 1 : 0;
    }
    return fresh;
  }

  /** Their median when the newest came; there must be one. */
  double median() {
    return median;
  }

  private void sort(long now) {
    double[] kept = new double[KEPT];
    int n = 0;
    for (int i = 0; i < Math.min(count, KEPT); i++) {
      if (now - times[i] <= FRESH) {
        kept[n++] = values[i];
      }
    }
    Arrays.sort(kept, 0, n);
    median = kept[n / 2];
  }
}
