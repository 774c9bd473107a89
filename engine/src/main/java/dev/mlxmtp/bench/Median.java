package dev.mlxmtp.bench;

import java.util.Arrays;
import java.util.List;

/** The middle of some measurements. */
final class Median {
  private Median() {}

  static double of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }

  static double of(List<Double> values) {
    return of(values.stream().mapToDouble(v -> v).toArray());
  }
}
