package dev.mlxmtp.mlx;

import java.util.Arrays;
import java.util.Random;

/** Inputs for kernel tests, and comparison of their results with float64 arithmetic. */
final class KernelInputs {
  private final Random random;

  KernelInputs(long seed) {
    this.random = new Random(seed);
  }

  float[] normal(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  float[] uniform(int n, double from, double to) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (from + (to - from) * random.nextDouble());
    }
    return x;
  }

  /** Numbers of very different size, with long runs that cancel. */
  float[] adversarial(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      double magnitude = Math.pow(10, random.nextInt(9) - 4);
      x[i] = (float) ((i % 2 == 0 ? 1 : -1) * magnitude * (1 + 1e-3 * random.nextGaussian()));
    }
    return x;
  }

  /** {@code x [m, k]} times {@code w [n, k]} transposed. */
  static double[] product(float[] x, float[] w, int m, int k, int n) {
    double[] y = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int l = 0; l < k; l++) {
          sum += (double) x[i * k + l] * w[j * k + l];
        }
        y[i * n + j] = sum;
      }
    }
    return y;
  }

  /** The largest error, relative to the sum of the magnitudes that were added up. */
  static double productError(float[] got, float[] x, float[] w, int m, int k, int n) {
    double[] expected = product(x, w, m, k, n);
    double[] size = product(magnitudes(x), magnitudes(w), m, k, n);
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(got[i] - expected[i]) / Math.max(size[i], 1e-30));
    }
    return worst;
  }

  private static float[] magnitudes(float[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = Math.abs(x[i]);
    }
    return y;
  }

  /** The largest difference, relative to the largest expected number. */
  static double relativeError(float[] got, double[] expected) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(got[i] - expected[i]));
    }
    return worst / Math.max(largest, 1e-30);
  }

  static int[] bits(float[] x, int from, int to) {
    int[] bits = new int[to - from];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(x[from + i]));
    return bits;
  }
}
