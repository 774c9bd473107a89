package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Kernels;
import dev.mlxmtp.mlx.Ops;
import java.util.ArrayList;
import java.util.List;

/**
 * The linear-attention mixer ({@code linear_attn.*}): a short causal convolution over q, k and v,
 * the {@linkplain DeltaRule gated delta rule}, and a gated norm before the output projection.
 *
 * @param convWeight {@code conv1d.weight} as {@code [K, C]}; tap K − 1 multiplies the present input
 * @param negativeA {@code −exp(A_log) [Hv]} float32
 * @param dtBias {@code dt_bias [Hv]} float32
 * @param norm {@code norm.weight [Dv]}, an ordinary factor, never zero-centred
 * @param kernelRows for up to so many rows a {@linkplain Kernels#deltaNet kernel} computes what is
 *     written out here between the projections
 */
record GatedDeltaNet(
    Linear inProjQkv,
    Linear inProjZ,
    Linear inProjB,
    Linear inProjA,
    Array convWeight,
    Array negativeA,
    Array dtBias,
    RmsNorm norm,
    Linear outProj,
    DeltaRule rule,
    int kernelRows,
    Qwen35Config config) {

  /** Up to so many rows go step by step, and the state after each is at hand. */
  static final int RECURRENT_ROWS = 16;

  // HF's l2norm adds this to the sum of squares.
  private static final double L2_EPS = 1e-6;

  /** {@code [B, T, H]} to {@code [B, T, H]}; moves each sequence's state on over its rows. */
  Array apply(Array x, Segments segments) {
    Array u = inProjQkv.apply(x);
    Array z = inProjZ.apply(x);
    Array b = inProjB.apply(x);
    Array a = inProjA.apply(x);
    return outProj.apply(segments.mix(this::mix, u, z, a, b));
  }

  private Array mix(Segments.Segment of, Array[] uzab) {
    DeltaNetState state = (DeltaNetState) of.cache();
    return of.rows() <= kernelRows
        ? mixByKernel(uzab[0], uzab[1], uzab[2], uzab[3], state, of.pass())
        : mix(uzab[0], uzab[1], uzab[2], uzab[3], state, of.pass());
  }

  /** {@code u [B, T, C]}, z, a and b to {@code [B, T, Hv Dv]}, in plain operations. */
  Array mix(Array u, Array z, Array a, Array b, DeltaNetState state, Pass pass) {
    int batch = u.dim(0);
    int rows = u.dim(1);
    Array window = Ops.concatenate(List.of(convolutionState(state, u), u), 1);
    Array mixed = Ops.astype(SwiGlu.silu(convolve(window, rows)), DType.FLOAT32);
    DeltaRule.Rows inputs = inputs(mixed, a, b, batch, rows);
    boolean stepwise = rows <= RECURRENT_ROWS || pass == Pass.VERIFY;
    Array before = recurrentState(state, batch);
    DeltaRule.Result result =
        stepwise ? DeltaRule.recurrent(inputs, before) : rule.chunked(inputs, before);
    state.advance(result.states(), window, pass);

    // y [B, Hv, T, Dv]; the gate's silu in float32, rounded once at the end.
    Array y = norm.apply(Ops.transpose(result.y(), 0, 2, 1, 3));
    Array gate = Ops.reshape(Ops.astype(z, DType.FLOAT32), y.shape());
    Array gated = Ops.astype(Ops.multiply(y, SwiGlu.silu(gate)), u.dtype());
    return Ops.reshape(gated, batch, rows, -1);
  }

  /** The same in one node. */
  Array mixByKernel(Array u, Array z, Array a, Array b, DeltaNetState state, Pass pass) {
    RecurrentState before =
        state.recurrent().orElseGet(() -> new RecurrentState.Present(zeroState(u.dim(0))));
    Kernels.DeltaNetInputs in =
        new Kernels.DeltaNetInputs(
            u,
            convolutionState(state, u),
            convWeight,
            a,
            b,
            z,
            negativeA,
            dtBias,
            norm.gamma(),
            before.atHand());
    return switch (before) {
      case RecurrentState.Present _ -> advanced(in, Kernels.deltaNet(in, norm.eps()), state, pass);
      case RecurrentState.Ahead(Kernels.DeltaNetInputs earlier, int rows, double _) -> {
        Kernels.Continued out = Kernels.deltaNetAfter(earlier, rows, in, norm.eps());
        yield advanced(in.from(out.between()), out.outputs(), state, pass);
      }
    };
  }

  private Array advanced(
      Kernels.DeltaNetInputs in, Kernels.DeltaNetOutputs out, DeltaNetState state, Pass pass) {
    RowStates states =
        pass == Pass.VERIFY
            ? new RowStates.Taped(in, norm.eps(), out.state())
            : new RowStates.Listed(List.of(out.state()));
    state.advance(states, out.window(), pass);
    return out.y();
  }

  private Array recurrentState(DeltaNetState state, int batch) {
    return state.now().map(DeltaNetState.Snapshot::state).orElseGet(() -> zeroState(batch));
  }

  private Array zeroState(int batch) {
    return Ops.zeros(
        DType.FLOAT32, batch, config.valueHeads(), config.valueHeadDim(), config.keyHeadDim());
  }

  private Array convolutionState(DeltaNetState state, Array u) {
    return state
        .convolution()
        .orElseGet(() -> Ops.zeros(u.dtype(), u.dim(0), config.convKernel() - 1, u.dim(2)));
  }

  // window [B, K - 1 + T, C] to [B, T, C]. One sum over the taps for few rows, so that a row's
  // result is the same however
  // many rows come with it; for a prompt the taps are added in turn, without K copies of the
  // window.
  private Array convolve(Array window, int rows) {
    int taps = config.convKernel();
    if (rows == 1) {
      return Ops.sum(Ops.multiply(window, convWeight), 1, true);
    }
    List<Array> shifted = new ArrayList<>();
    for (int i = 0; i < taps; i++) {
      shifted.add(Ops.slice(window, 1, i, i + rows));
    }
    if (rows <= RECURRENT_ROWS) {
      return Ops.sum(Ops.multiply(Ops.stack(shifted, 2), convWeight), 2, false);
    }
    Array sum = Ops.multiply(shifted.getFirst(), tap(0));
    for (int i = 1; i < taps; i++) {
      sum = Ops.add(sum, Ops.multiply(shifted.get(i), tap(i)));
    }
    return sum;
  }

  private Array tap(int i) {
    return Ops.slice(convWeight, 0, i, i + 1);
  }

  // mixed [B, T, 2 Hk Dk + Hv Dv] float32; a, b [B, T, Hv].
  private DeltaRule.Rows inputs(Array mixed, Array a, Array b, int batch, int rows) {
    int keyHeads = config.keyHeads();
    int keyDim = config.keyHeadDim();
    Array[] parts = Ops.split(mixed, -1, 2 * keyHeads * keyDim);
    Array qk = l2normalise(Ops.reshape(parts[0], batch, rows, 2 * keyHeads, keyDim));
    Array[] queryAndKey = Ops.split(Ops.transpose(qk, 0, 2, 1, 3), 1, keyHeads);
    Array q = Ops.multiply(perValueHead(queryAndKey[0]), Math.pow(keyDim, -0.5));
    Array k = perValueHead(queryAndKey[1]);
    Array v = Ops.reshape(parts[1], batch, rows, config.valueHeads(), config.valueHeadDim());

    Array beta = Ops.sigmoid(Ops.astype(b, DType.FLOAT32));
    Array softplus = Ops.logAddExp(Ops.add(Ops.astype(a, DType.FLOAT32), dtBias), 0);
    Array g = Ops.multiply(softplus, negativeA);
    return new DeltaRule.Rows(
        q,
        k,
        Ops.transpose(v, 0, 2, 1, 3),
        Ops.transpose(g, 0, 2, 1),
        Ops.transpose(beta, 0, 2, 1));
  }

  private static Array l2normalise(Array x) {
    return Ops.multiply(x, Ops.rsqrt(Ops.add(Ops.sum(Ops.square(x), -1, true), L2_EPS)));
  }

  // [B, Hk, T, Dk] to [B, Hv, T, Dk]: value head j reads key head j / (Hv / Hk).
  private Array perValueHead(Array x) {
    int group = config.valueHeads() / config.keyHeads();
    return group == 1 ? x : Ops.repeat(x, group, 1);
  }
}
