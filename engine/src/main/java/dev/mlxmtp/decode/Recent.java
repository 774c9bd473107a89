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

  /**
   * @param now a count of whatever passes, rounds for example
   */
  void add(double value, long now) {
    values[count % KEPT] = value;
    times[count % KEPT] = now;
    count++;
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

  /** The median of those, or the newest of all where all are out of date. There must be one. */
  double median(long now) {
    double[] fresh = new double[KEPT];
    int n = 0;
    for (int i = 0; i < Math.min(count, KEPT); i++) {
      if (now - times[i] <= FRESH) {
        fresh[n++] = values[i];
      }
    }
    if (n == 0) {
      return values[(count - 1) % KEPT];
    }
    Arrays.sort(fresh, 0, n);
    return fresh[n / 2];
  }
}
