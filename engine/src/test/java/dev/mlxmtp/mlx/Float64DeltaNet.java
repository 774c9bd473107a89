package dev.mlxmtp.mlx;

/**
 * Gated DeltaNet in float64, written from the definition: convolution, silu, unit q and k, and for
 * each row {@code S ← αS; d = β(v − Sk); S ← S + d kᵀ; y = S q}, then the gated norm.
 */
record Float64DeltaNet(double[] y, double[] state) {

  static Float64DeltaNet of(Kernels.DeltaNetInputs in, double eps) {
    int rows = in.u().dim(1);
    int c = in.u().dim(2);
    int hv = in.state().dim(1);
    int dv = in.state().dim(2);
    int dk = in.state().dim(3);
    int hk = (c - hv * dv) / (2 * dk);
    float[] u = in.u().toFloats();
    float[] conv = in.convState().toFloats();
    float[] weight = in.convWeight().toFloats();
    float[] a = in.a().toFloats();
    float[] b = in.b().toFloats();
    float[] z = in.z().toFloats();
    float[] negativeA = in.negativeA().toFloats();
    float[] dtBias = in.dtBias().toFloats();
    float[] norm = in.norm().toFloats();
    double[] s = doubles(in.state().toFloats());
    double[] y = new double[rows * hv * dv];
    for (int t = 0; t < rows; t++) {
      double[] mixed = new double[c];
      for (int ch = 0; ch < c; ch++) {
        for (int i = 0; i < 4; i++) {
          int at = t + i;
          mixed[ch] +=
              weight[i * c + ch] * (double) (at < 3 ? conv[at * c + ch] : u[(at - 3) * c + ch]);
        }
        mixed[ch] = silu(mixed[ch]);
      }
      for (int h = 0; h < hv; h++) {
        int kh = h / (hv / hk);
        double[] q = unit(mixed, kh * dk, dk, 1 / Math.sqrt(dk));
        double[] k = unit(mixed, (hk + kh) * dk, dk, 1);
        double alpha =
            Math.exp(negativeA[h] * Math.log1p(Math.exp((double) a[t * hv + h] + dtBias[h])));
        double beta = 1 / (1 + Math.exp(-b[t * hv + h]));
        double[] out = new double[dv];
        double square = 0;
        for (int r = 0; r < dv; r++) {
          int row = (h * dv + r) * dk;
          double read = 0;
          for (int j = 0; j < dk; j++) {
            s[row + j] *= alpha;
            read += s[row + j] * k[j];
          }
          double d = beta * (mixed[2 * hk * dk + h * dv + r] - read);
          for (int j = 0; j < dk; j++) {
            s[row + j] += d * k[j];
            out[r] += s[row + j] * q[j];
          }
          square += out[r] * out[r];
        }
        for (int r = 0; r < dv; r++) {
          int at = (t * hv + h) * dv + r;
          y[at] = out[r] / Math.sqrt(square / dv + eps) * norm[r] * silu(z[at]);
        }
      }
    }
    return new Float64DeltaNet(y, s);
  }

  private static double silu(double x) {
    return x / (1 + Math.exp(-x));
  }

  private static double[] unit(double[] x, int from, int n, double scale) {
    double square = 0;
    for (int i = 0; i < n; i++) {
      square += x[from + i] * x[from + i];
    }
    double[] unit = new double[n];
    for (int i = 0; i < n; i++) {
      unit[i] = x[from + i] / Math.sqrt(square + 1e-6) * scale;
    }
    return unit;
  }

  private static double[] doubles(float[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i];
    }
    return y;
  }
}
