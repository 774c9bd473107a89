package dev.mlxmtp.model;

import java.util.Random;

/**
 * The gated delta rule in float64, for each head {@code S ← αS; d = β(v − Sk); S ← S + d kᵀ; y = S
 * q}, with random rows to run it on.
 */
final class Float64DeltaRule {
  final int heads;
  final int rows;
  final int keyDim;
  final int valueDim;
  final float[] q;
  final float[] k;
  final float[] v;
  final float[] g;
  final float[] beta;
  final float[] state;
  float[] y;
  float[] after;

  /**
   * @param decay about how strongly each row decays the state, in e-folds
   * @param correlation 0 for independent keys, 1 for all the same
   */
  Float64DeltaRule(
      int heads, int rows, int keyDim, int valueDim, double decay, double correlation) {
    this.heads = heads;
    this.rows = rows;
    this.keyDim = keyDim;
    this.valueDim = valueDim;
    Random random = new Random(rows * 31L + keyDim);
    this.q = units(random, 0);
    this.k = units(random, correlation);
    this.v = normal(random, heads * rows * valueDim, 1);
    this.g = new float[heads * rows];
    this.beta = new float[heads * rows];
    for (int i = 0; i < g.length; i++) {
      g[i] = (float) (decay * Math.log(random.nextDouble()));
      beta[i] = random.nextFloat();
    }
    this.state = normal(random, heads * valueDim * keyDim, 0.5);
    run();
  }

  private float[] units(Random random, double correlation) {
    float[] common = normal(random, keyDim, 1);
    float[] x = normal(random, heads * rows * keyDim, 1);
    for (int r = 0; r < heads * rows; r++) {
      double square = 0;
      for (int j = 0; j < keyDim; j++) {
        int at = r * keyDim + j;
        x[at] = (float) (correlation * common[j] + (1 - correlation) * x[at]);
        square += (double) x[at] * x[at];
      }
      for (int j = 0; j < keyDim; j++) {
        x[r * keyDim + j] /= (float) Math.sqrt(square);
      }
    }
    return x;
  }

  private static float[] normal(Random random, int count, double scale) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) (scale * random.nextGaussian());
    }
    return x;
  }

  private void run() {
    y = new float[heads * rows * valueDim];
    after = new float[state.length];
    double[] s = new double[keyDim];
    for (int h = 0; h < heads; h++) {
      for (int d = 0; d < valueDim; d++) {
        int from = (h * valueDim + d) * keyDim;
        for (int j = 0; j < keyDim; j++) {
          s[j] = state[from + j];
        }
        for (int t = 0; t < rows; t++) {
          y[(h * rows + t) * valueDim + d] = (float) step(s, h * rows + t, d);
        }
        for (int j = 0; j < keyDim; j++) {
          after[from + j] = (float) s[j];
        }
      }
    }
  }

  // One row of S over one position.
  private double step(double[] s, int row, int d) {
    double alpha = Math.exp(g[row]);
    double read = 0;
    for (int j = 0; j < keyDim; j++) {
      s[j] *= alpha;
      read += s[j] * k[row * keyDim + j];
    }
    double change = beta[row] * (v[row * valueDim + d] - read);
    double out = 0;
    for (int j = 0; j < keyDim; j++) {
      s[j] += change * k[row * keyDim + j];
      out += s[j] * q[row * keyDim + j];
    }
    return out;
  }
}
