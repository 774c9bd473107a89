package dev.mlxmtp.decode;

import java.util.Arrays;

/**
 * The median of the newest observations: what something takes, however often the machine was busy
 * with something else. The very first does not count, since its code was loaded in it. Observations
 * go out of date.
 */
final class Recent {
  private static final int KEPT = 15;
  private static final long FRESH = 200;

  private final double[] values = new double[KEPT];
  private final long[] times = new long[KEPT];
  private boolean begun;
  private int count;
  private double median;

  /**
   * @param now a count of whatever passes, rounds for example
   */
  void add(double value, long now) {
    if (!begun) {
      begun = true;
      return;
    }
    values[count % KEPT] = value;
    times[count % KEPT] = now;
    count++;
    sort(now);
  }

  /** False before the first observation that counts. */
  boolean isKnown() {
    return count > 0;
  }

  /** False before there are several, of which one may be a pause. */
  boolean isSettled() {
    return count > 1;
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
    // Of two the lower one: what else the machine does only ever adds.
    median = kept[(n - 1) / 2];
  }
}
