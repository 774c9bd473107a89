package dev.mlxmtp.decode;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.math3.special.Gamma;

/**
 * Pearson's test of counts against probabilities. Cells are merged, the smallest first, until five
 * are expected in each; of the likeliest five must be expected alone.
 *
 * @param freedom degrees of freedom; 0 where all is one cell, which tests nothing
 * @param p probability of a statistic as large as this or larger
 */
record ChiSquare(double statistic, int freedom, double p) {
  private static final double LEAST_EXPECTED = 5;

  static ChiSquare of(double[] probabilities, int[] counts) {
    int samples = Arrays.stream(counts).sum();
    int[] rising =
        IntStream.range(0, counts.length)
            .boxed()
            .sorted(Comparator.comparingDouble(t -> probabilities[t]))
            .mapToInt(t -> t)
            .toArray();
    double statistic = 0;
    int cells = 0;
    double expected = 0;
    int count = 0;
    for (int t : rising) {
      if (probabilities[t] == 0 && counts[t] > 0) {
        return new ChiSquare(Double.POSITIVE_INFINITY, 1, 0);
      }
      expected += probabilities[t] * samples;
      count += counts[t];
      if (expected >= LEAST_EXPECTED) {
        statistic += (count - expected) * (count - expected) / expected;
        cells++;
        expected = 0;
        count = 0;
      }
    }
    int freedom = Math.max(0, cells - 1);
    double p = freedom == 0 ? 1 : Gamma.regularizedGammaQ(freedom / 2.0, statistic / 2);
    return new ChiSquare(statistic, freedom, p);
  }
}
