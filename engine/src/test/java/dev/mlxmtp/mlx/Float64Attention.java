package dev.mlxmtp.mlx;

/** Gated attention over a cache in float64, written from the definition. */
record Float64Attention(double[] y, double[] keys, double[] values) {

  static Float64Attention of(Kernels.AttentionInputs in, Kernels.AttentionSettings s) {
    int rows = in.q().dim(1);
    int heads = in.q().dim(2);
    int width = in.q().dim(3);
    int keyHeads = in.k().dim(2);
    int dim = in.k().dim(3);
    int capacity = in.keys().dim(2);
    float[] q = in.q().toFloats();
    float[] k = in.k().toFloats();
    float[] v = in.v().toFloats();
    float[] qNorm = in.qNorm().toFloats();
    float[] kNorm = in.kNorm().toFloats();
    float[] periods = in.periods().toFloats();
    double[] keys = doubles(in.keys().toFloats());
    double[] values = doubles(in.values().toFloats());
    for (int t = 0; t < rows; t++) {
      for (int h = 0; h < keyHeads; h++) {
        double[] key =
            rotate(normalise(k, (t * keyHeads + h) * dim, kNorm, s), periods, s.offset() + t);
        for (int i = 0; i < dim; i++) {
          int at = (h * capacity + s.offset() + t) * dim + i;
          keys[at] = key[i];
          values[at] = v[(t * keyHeads + h) * dim + i];
        }
      }
    }
    double[] y = new double[rows * heads * dim];
    for (int t = 0; t < rows; t++) {
      for (int h = 0; h < heads; h++) {
        int kh = h / (heads / keyHeads);
        int from = (t * heads + h) * width;
        double[] query = rotate(normalise(q, from, qNorm, s), periods, s.offset() + t);
        int visible = s.offset() + t + 1;
        double[] p = new double[visible];
        double largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < visible; j++) {
          for (int i = 0; i < dim; i++) {
            p[j] += query[i] * keys[(kh * capacity + j) * dim + i];
          }
          p[j] *= s.scale();
          largest = Math.max(largest, p[j]);
        }
        double total = 0;
        for (int j = 0; j < visible; j++) {
          p[j] = Math.exp(p[j] - largest);
          total += p[j];
        }
        for (int i = 0; i < dim; i++) {
          double out = 0;
          for (int j = 0; j < visible; j++) {
            out += p[j] / total * values[(kh * capacity + j) * dim + i];
          }
          double gate = s.gated() ? 1 / (1 + Math.exp(-q[from + dim + i])) : 1;
          y[(t * heads + h) * dim + i] = out * gate;
        }
      }
    }
    return new Float64Attention(y, keys, values);
  }

  private static double[] normalise(
      float[] x, int from, float[] gamma, Kernels.AttentionSettings s) {
    int dim = gamma.length;
    double square = 0;
    for (int i = 0; i < dim; i++) {
      square += (double) x[from + i] * x[from + i];
    }
    double[] y = new double[dim];
    for (int i = 0; i < dim; i++) {
      y[i] = x[from + i] / Math.sqrt(square / dim + s.normEps()) * gamma[i];
    }
    return y;
  }

  private static double[] rotate(double[] x, float[] periods, int position) {
    int half = periods.length;
    double[] y = x.clone();
    for (int j = 0; j < half; j++) {
      double angle = position / (double) periods[j];
      y[j] = x[j] * Math.cos(angle) - x[j + half] * Math.sin(angle);
      y[j + half] = x[j + half] * Math.cos(angle) + x[j] * Math.sin(angle);
    }
    return y;
  }

  private static double[] doubles(float[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i];
    }
    return y;
  }
}
