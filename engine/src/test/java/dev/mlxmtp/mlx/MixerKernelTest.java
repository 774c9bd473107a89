package dev.mlxmtp.mlx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mlxmtp.OnEngineThread;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Norm, SwiGLU, Gated DeltaNet and attention against float64 arithmetic, and rows together against
 * one by one.
 */
@ExtendWith(OnEngineThread.class)
class MixerKernelTest {
  private static final double TOLERANCE = 1e-5;

  @BeforeEach
  void kernelsServe() {
    assumeTrue(Kernels.instructionSet().isPresent(), "the CPU kernels do not serve here");
  }

  @Test
  void rmsNorm() {
    KernelInputs inputs = new KernelInputs(1);
    for (int d : new int[] {1, 5, 32, 64, 100, 257}) {
      float[] x = inputs.adversarial(3 * d);
      float[] w = inputs.normal(d);
      double[] expected = new double[3 * d];
      for (int r = 0; r < 3; r++) {
        double square = 0;
        for (int i = 0; i < d; i++) {
          square += (double) x[r * d + i] * x[r * d + i];
        }
        double scale = 1 / Math.sqrt(square / d + 1e-6);
        for (int i = 0; i < d; i++) {
          expected[r * d + i] = x[r * d + i] * scale * w[i];
        }
      }
      float[] got = Fast.rmsNorm(Array.of(x, 3, d), Array.of(w, d), 1e-6).toFloats();
      assertTrue(KernelInputs.relativeError(got, expected) < TOLERANCE, "width " + d);
    }
  }

  @Test
  void swiGlu() {
    KernelInputs inputs = new KernelInputs(2);
    float[] gate = inputs.uniform(1003, -100, 100);
    float[] up = inputs.normal(1003);
    gate[0] = Float.POSITIVE_INFINITY;
    gate[1] = -200;
    gate[2] = 0;
    up[0] = 1;
    float[] got = Fast.swiGlu(Array.of(gate, 1003), Array.of(up, 1003)).toFloats();
    for (int i = 0; i < got.length; i++) {
      double expected = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
      assertTrue(
          got[i] == expected || Math.abs(got[i] - expected) <= 1e-6 * Math.abs(expected) + 1e-30,
          "silu of " + gate[i] + ": " + got[i] + ", not " + expected);
    }
  }

  private record Delta(int rows, int keyHeads, int valueHeads, int keyDim, int valueDim) {
    int channels() {
      return 2 * keyHeads * keyDim + valueHeads * valueDim;
    }
  }

  private static Kernels.DeltaNetInputs deltaInputs(KernelInputs inputs, Delta d) {
    int c = d.channels();
    return new Kernels.DeltaNetInputs(
        Array.of(inputs.normal(d.rows * c), 1, d.rows, c),
        Array.of(inputs.normal(3 * c), 1, 3, c),
        Array.of(inputs.normal(4 * c), 4, c),
        Array.of(inputs.normal(d.rows * d.valueHeads), 1, d.rows, d.valueHeads),
        Array.of(inputs.normal(d.rows * d.valueHeads), 1, d.rows, d.valueHeads),
        Array.of(
            inputs.normal(d.rows * d.valueHeads * d.valueDim),
            1,
            d.rows,
            d.valueHeads * d.valueDim),
        Array.of(inputs.uniform(d.valueHeads, -8, -0.1), d.valueHeads),
        Array.of(inputs.normal(d.valueHeads), d.valueHeads),
        Array.of(inputs.normal(d.valueDim), d.valueDim),
        Array.of(
            inputs.normal(d.valueHeads * d.valueDim * d.keyDim),
            1,
            d.valueHeads,
            d.valueDim,
            d.keyDim));
  }

  @Test
  void gatedDeltaNet() {
    KernelInputs inputs = new KernelInputs(3);
    for (Delta d :
        new Delta[] {
          new Delta(1, 1, 1, 16, 16),
          new Delta(5, 2, 4, 32, 32),
          new Delta(64, 2, 2, 20, 12),
          new Delta(65, 1, 3, 128, 64),
          new Delta(200, 2, 4, 32, 32)
        }) {
      Kernels.DeltaNetInputs in = deltaInputs(inputs, d);
      Float64DeltaNet expected = Float64DeltaNet.of(in, 1e-6);
      Kernels.DeltaNetOutputs last = Kernels.deltaNet(in, 1e-6);
      assertTrue(
          KernelInputs.relativeError(last.y().toFloats(), expected.y()) < TOLERANCE, "y of " + d);
      assertTrue(
          KernelInputs.relativeError(last.state().toFloats(), expected.state()) < TOLERANCE,
          "state of " + d);
    }
  }

  @Test
  void gatedDeltaNetRowByRowIsTheSameToTheBit() {
    Delta d = new Delta(23, 2, 4, 32, 32);
    Kernels.DeltaNetInputs in = deltaInputs(new KernelInputs(4), d);
    float[] y = Kernels.deltaNet(in, 1e-6).y().toFloats();
    int width = d.valueHeads * d.valueDim;
    Array conv = in.convState();
    Array state = in.state();
    for (int t = 0; t < d.rows; t++) {
      Kernels.DeltaNetOutputs one =
          Kernels.deltaNet(
              new Kernels.DeltaNetInputs(
                  Ops.slice(in.u(), 1, t, t + 1),
                  conv,
                  in.convWeight(),
                  Ops.slice(in.a(), 1, t, t + 1),
                  Ops.slice(in.b(), 1, t, t + 1),
                  Ops.slice(in.z(), 1, t, t + 1),
                  in.negativeA(),
                  in.dtBias(),
                  in.norm(),
                  state),
              1e-6);
      assertArrayEquals(
          KernelInputs.bits(y, t * width, (t + 1) * width),
          KernelInputs.bits(one.y().toFloats(), 0, width),
          "row " + t);
      assertArrayEquals(
          bits(Kernels.deltaNet(in.firstRows(t + 1), 1e-6).state()),
          bits(one.state()),
          "state " + t + ", stepwise and from the tape");
      conv = Ops.slice(one.window(), 1, 1, 4);
      state = one.state();
    }
  }

  @Test
  void gatedDeltaNetGoesOverEarlierRowsAsTheirOwnPassDid() {
    Delta d = new Delta(9, 2, 4, 32, 20);
    KernelInputs inputs = new KernelInputs(5);
    Kernels.DeltaNetInputs first = deltaInputs(inputs, d);
    Kernels.DeltaNetInputs other = deltaInputs(inputs, d);
    Kernels.DeltaNetInputs second =
        new Kernels.DeltaNetInputs(
            other.u(),
            other.convState(),
            first.convWeight(),
            other.a(),
            other.b(),
            other.z(),
            first.negativeA(),
            first.dtBias(),
            first.norm(),
            other.state());
    for (int rows = 1; rows <= d.rows; rows++) {
      Array between = Kernels.deltaNet(first.firstRows(rows), 1e-6).state();
      Kernels.DeltaNetOutputs expected = Kernels.deltaNet(second.from(between), 1e-6);
      Kernels.Continued got = Kernels.deltaNetAfter(first, rows, second, 1e-6);
      assertArrayEquals(bits(between), bits(got.between()), "between, " + rows + " rows");
      assertArrayEquals(bits(expected.y()), bits(got.outputs().y()), "y, " + rows + " rows");
      assertArrayEquals(
          bits(expected.state()), bits(got.outputs().state()), "state, " + rows + " rows");
    }
  }

  private static int[] bits(Array x) {
    return KernelInputs.bits(x.toFloats(), 0, Math.toIntExact(x.size()));
  }

  private record Heads(int rows, int heads, int keyHeads, int dim, int offset, boolean gated) {
    int capacity() {
      return offset + rows + 3;
    }
  }

  private static Kernels.AttentionInputs attentionInputs(KernelInputs inputs, Heads h) {
    int cache = h.keyHeads * h.capacity() * h.dim;
    int width = h.gated ? 2 * h.dim : h.dim;
    return new Kernels.AttentionInputs(
        Array.of(inputs.normal(h.rows * h.heads * width), 1, h.rows, h.heads, width),
        Array.of(inputs.normal(h.rows * h.keyHeads * h.dim), 1, h.rows, h.keyHeads, h.dim),
        Array.of(inputs.normal(h.rows * h.keyHeads * h.dim), 1, h.rows, h.keyHeads, h.dim),
        Array.of(inputs.normal(h.dim), h.dim),
        Array.of(inputs.normal(h.dim), h.dim),
        Array.of(new float[] {1, 3.7f, 20, 111}, 4),
        Array.of(inputs.normal(cache), 1, h.keyHeads, h.capacity(), h.dim),
        Array.of(inputs.normal(cache), 1, h.keyHeads, h.capacity(), h.dim));
  }

  private static Kernels.AttentionSettings settings(int offset, Heads h) {
    return new Kernels.AttentionSettings(offset, 8, 1, 1e-6, Math.pow(h.dim, -0.5), h.gated);
  }

  @Test
  void gatedAttention() {
    KernelInputs inputs = new KernelInputs(5);
    for (Heads h :
        new Heads[] {
          new Heads(1, 1, 1, 8, 0, true),
          new Heads(1, 4, 2, 64, 300, true),
          new Heads(5, 6, 2, 40, 17, true),
          new Heads(64, 3, 1, 256, 100, true),
          new Heads(70, 4, 4, 100, 5, false)
        }) {
      Kernels.AttentionInputs in = attentionInputs(inputs, h);
      Float64Attention expected = Float64Attention.of(in, settings(h.offset, h));
      Kernels.AttentionOutputs out = Kernels.gatedAttention(in, settings(h.offset, h));
      assertTrue(
          KernelInputs.relativeError(out.y().toFloats(), expected.y()) < TOLERANCE, "y of " + h);
      assertTrue(
          KernelInputs.relativeError(out.keys().toFloats(), expected.keys()) < TOLERANCE,
          "keys of " + h);
      assertTrue(
          KernelInputs.relativeError(out.values().toFloats(), expected.values()) < TOLERANCE,
          "values of " + h);
    }
  }

  @Test
  void gatedAttentionRowByRowIsTheSameToTheBit() {
    Heads h = new Heads(13, 6, 2, 64, 9, true);
    Kernels.AttentionInputs in = attentionInputs(new KernelInputs(6), h);
    Kernels.AttentionOutputs all = Kernels.gatedAttention(in, settings(h.offset, h));
    float[] y = all.y().toFloats();
    int width = h.heads * h.dim;
    Array keys = in.keys();
    Array values = in.values();
    for (int t = 0; t < h.rows; t++) {
      Kernels.AttentionOutputs one =
          Kernels.gatedAttention(
              new Kernels.AttentionInputs(
                  Ops.slice(in.q(), 1, t, t + 1),
                  Ops.slice(in.k(), 1, t, t + 1),
                  Ops.slice(in.v(), 1, t, t + 1),
                  in.qNorm(),
                  in.kNorm(),
                  in.periods(),
                  keys,
                  values),
              settings(h.offset + t, h));
      assertArrayEquals(
          KernelInputs.bits(y, t * width, (t + 1) * width),
          KernelInputs.bits(one.y().toFloats(), 0, width),
          "row " + t);
      keys = one.keys();
      values = one.values();
    }
    assertArrayEquals(all.keys().toFloats(), keys.toFloats());
    assertArrayEquals(all.values().toFloats(), values.toFloats());
  }

  @Test
  void cachesThatSomebodyElseHoldsAreNotWritten() {
    Heads h = new Heads(2, 2, 1, 16, 1, true);
    Kernels.AttentionInputs in = attentionInputs(new KernelInputs(7), h);
    float[] before = in.keys().toFloats();
    Ops.eval(Kernels.gatedAttention(in, settings(1, h)).keys());
    assertArrayEquals(before, in.keys().toFloats());
  }
}
