package dev.mlxmtp.mlx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whole mixers as one node of the graph, by kernels of our own. They serve on the CPU, where MLX's
 * own back end runs each small operation apart and on one thread; {@code MLXMTP_KERNELS=off} turns
 * them off. Numbers are float32 inside, and a row's result does not depend, to the bit, on how many
 * rows are computed with it. Engine thread only.
 */
public final class Kernels {
  /** The largest head size the mixers serve. */
  public static final int MAX_HEAD_DIM = 512;

  private Kernels() {}

  /** Leaves the kernels out from now on, or takes them back. */
  public static void setWanted(boolean wanted) {
    NativeLayers.kernelsWanted(wanted);
  }

  /**
   * The most rows of one call that {@link #deltaNet} serves on this device: all on the CPU, some on
   * a Metal GPU, 0 where there is no kernel.
   */
  public static int deltaNetRows() {
    return NativeLayers.deltaNetRows();
  }

  /**
   * Bytes a second that the kernels' threads read from a block of memory of that size, for
   * comparison: the median of several passes.
   */
  public static double readBandwidth(long bytes) {
    return NativeLayers.readBandwidth(bytes);
  }

  /** The CPU kernels' instruction set, or empty where they do not serve. */
  public static Optional<String> instructionSet() {
    String name = NativeLayers.kernels();
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  /** Uses at most so many threads from now on; the machine's processors are the most there are. */
  public static void setThreads(int n) {
    NativeLayers.setThreads(n);
  }

  /**
   * Gated DeltaNet between its projections.
   *
   * @param u {@code [B, T, C]}: q, k and v before the convolution
   * @param convState {@code [B, K - 1, C]}
   * @param convWeight {@code [K, C]}
   * @param a {@code [B, T, Hv]}
   * @param b {@code [B, T, Hv]}
   * @param z {@code [B, T, Hv · Dv]}
   * @param negativeA {@code [Hv]} float32
   * @param dtBias {@code [Hv]} float32
   * @param norm {@code [Dv]} float32
   * @param state {@code [B, Hv, Dv, Dk]} float32
   */
  public record DeltaNetInputs(
      Array u,
      Array convState,
      Array convWeight,
      Array a,
      Array b,
      Array z,
      Array negativeA,
      Array dtBias,
      Array norm,
      Array state) {

    /** T. */
    public int rows() {
      return u.dim(1);
    }

    /** The same pass cut after its first {@code n} rows. */
    public DeltaNetInputs firstRows(int n) {
      return new DeltaNetInputs(
          Ops.slice(u, 1, 0, n),
          convState,
          convWeight,
          Ops.slice(a, 1, 0, n),
          Ops.slice(b, 1, 0, n),
          Ops.slice(z, 1, 0, n),
          negativeA,
          dtBias,
          norm,
          state);
    }

    // In the order of the C function.
    private Array[] listed(Array... more) {
      List<Array> all =
          new ArrayList<>(
              List.of(u, convState, convWeight, a, b, z, negativeA, dtBias, norm, state));
      all.addAll(List.of(more));
      return all.toArray(Array[]::new);
    }

    /** The same pass from another state. */
    public DeltaNetInputs from(Array other) {
      return new DeltaNetInputs(u, convState, convWeight, a, b, z, negativeA, dtBias, norm, other);
    }

    /** The same, with all that are no weights owned by {@code owner}. */
    public DeltaNetInputs sharedWith(Scope owner) {
      return new DeltaNetInputs(
          owner.adopt(u.share()),
          owner.adopt(convState.share()),
          convWeight,
          owner.adopt(a.share()),
          owner.adopt(b.share()),
          owner.adopt(z.share()),
          negativeA,
          dtBias,
          norm,
          owner.adopt(state.share()));
    }

    /** All that are no weights: what {@link #sharedWith} shares. */
    public List<Array> shared() {
      return List.of(u, convState, a, b, z, state);
    }
  }

  /**
   * @param y {@code [B, T, Hv · Dv]}, normalised and gated
   * @param window {@code [B, K - 1 + T, C]}: the remembered inputs, then the new ones
   * @param state {@code [B, Hv, Dv, Dk]} after the last row
   */
  public record DeltaNetOutputs(Array y, Array window, Array state) {}

  public static DeltaNetOutputs deltaNet(DeltaNetInputs in, double normEps) {
    Array[] out = NativeLayers.deltaNet(0, (float) normEps, in.listed());
    return new DeltaNetOutputs(out[0], out[1], out[2]);
  }

  /**
   * @param outputs of the pass
   * @param between {@code [B, Hv, Dv, Dk]}: the state before it, after the earlier rows
   */
  public record Continued(DeltaNetOutputs outputs, Array between) {}

  /**
   * The same from a state that lies behind: first over rows of an earlier pass, then over those of
   * this one.
   *
   * @param earlier the earlier pass
   * @param rows how many of its rows, the first ones, come before this pass
   * @param in whose state is not looked at
   */
  public static Continued deltaNetAfter(
      DeltaNetInputs earlier, int rows, DeltaNetInputs in, double normEps) {
    Array[] out =
        NativeLayers.deltaNet(
            rows,
            (float) normEps,
            in.from(earlier.state).listed(earlier.u, earlier.convState, earlier.a, earlier.b));
    return new Continued(new DeltaNetOutputs(out[0], out[1], out[2]), out[3]);
  }

  /**
   * Gated attention between its projections.
   *
   * @param q {@code [B, T, H, D]}, or {@code [B, T, H, 2D]} with the gate behind each query
   * @param k {@code [B, T, Hkv, D]}
   * @param v {@code [B, T, Hkv, D]}
   * @param qNorm {@code [D]} float32
   * @param kNorm {@code [D]} float32
   * @param periods {@code [R / 2]} float32, as for {@link Fast#rope}
   * @param keys {@code [B, Hkv, capacity, D]}, with room for T more
   * @param values {@code [B, Hkv, capacity, D]}
   */
  public record AttentionInputs(
      Array q,
      Array k,
      Array v,
      Array qNorm,
      Array kNorm,
      Array periods,
      Array keys,
      Array values) {}

  /**
   * @param offset positions in the caches already
   * @param rotaryDims R
   * @param rotaryScale factor on the rotated numbers
   * @param scale of the scores
   */
  public record AttentionSettings(
      int offset,
      int rotaryDims,
      double rotaryScale,
      double normEps,
      double scale,
      boolean gated) {}

  /**
   * @param y {@code [B, T, H · D]}
   * @param keys with the new rows, in place where nobody else holds the old ones
   * @param values likewise
   */
  public record AttentionOutputs(Array y, Array keys, Array values) {}

  public static AttentionOutputs gatedAttention(AttentionInputs in, AttentionSettings s) {
    Array[] out =
        NativeLayers.gatedAttention(
            s.offset,
            s.rotaryDims,
            (float) s.rotaryScale,
            (float) s.normEps,
            (float) s.scale,
            s.gated,
            in.q,
            in.k,
            in.v,
            in.qNorm,
            in.kNorm,
            in.periods,
            in.keys,
            in.values);
    return new AttentionOutputs(out[0], out[1], out[2]);
  }
}
