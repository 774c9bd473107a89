package dev.mlxmtp.model;

import dev.mlxmtp.checkpoint.Weight;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Kernels;
import dev.mlxmtp.mlx.MlxException;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.QuantMode;
import dev.mlxmtp.mlx.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Compares each kernel once with the same computation in plain operations, on a small random case
 * of a model's head sizes. A kernel that fails or disagrees is left out, with a warning.
 *
 * @param deltaNetRows the most rows that the Gated DeltaNet kernel may serve, 0 for none
 * @param attention whether the attention kernel may serve
 * @param warnings a sentence for each kernel that was left out
 */
record KernelCheck(int deltaNetRows, boolean attention, List<String> warnings) {
  private static final int ROWS = 3;

  /** The check for a model; the products' kernels are taken back where one of them is wrong. */
  static KernelCheck of(Qwen35Config config, DType compute, RotaryEmbedding rope, DeltaRule rule) {
    int largest = Math.max(config.headDim(), Math.max(config.keyHeadDim(), config.valueHeadDim()));
    if (Kernels.deltaNetRows() == 0 || largest > Kernels.MAX_HEAD_DIM) {
      return new KernelCheck(0, false, List.of());
    }
    Case random = new Case(config, compute, rope, rule, new Random(5));
    List<String> warnings = new ArrayList<>();
    if (Kernels.instructionSet().isPresent() && !holds("products", random::products, warnings)) {
      Kernels.setWanted(false);
      return new KernelCheck(0, false, warnings);
    }
    int rows = holds("Gated DeltaNet", random::deltaNet, warnings) ? Kernels.deltaNetRows() : 0;
    boolean attention =
        Kernels.instructionSet().isPresent() && holds("attention", random::attention, warnings);
    return new KernelCheck(rows, attention, warnings);
  }

  // The deviation is relative to the largest number of the plain form.
  static boolean holds(String name, Supplier<Double> deviation, List<String> warnings) {
    String reason;
    try (var _ = Scope.open()) {
      double d = deviation.get();
      if (d <= 1) {
        return true;
      }
      reason = "differs from plain operations (%.1f times what rounding explains)".formatted(d);
    } catch (MlxException e) {
      reason = "failed: " + e.getMessage().lines().findFirst().orElse("no message");
    }
    warnings.add(
        "The kernel for " + name + " " + reason + "; it is left out, plain operations serve.");
    return false;
  }

  /** Random inputs, and how far each kernel's results are from the plain ones in tolerances. */
  private record Case(
      Qwen35Config config, DType compute, RotaryEmbedding rope, DeltaRule rule, Random random) {

    double products() {
      int k = 256;
      int n = 40;
      Array x = normal(compute, ROWS, k);
      Array w = normal(compute, n, k);
      double worst = deviation(Fast.linear(x, w), Ops.matmul(x, Ops.swapLast(w)));
      for (Fast.Packed packed :
          List.of(
              Fast.quantize(w, 32, 4, QuantMode.MXFP4),
              Fast.quantize(w, 32, 8, QuantMode.MXFP8),
              Fast.quantize(w, 64, 4, QuantMode.AFFINE),
              Fast.quantize(w, 64, 8, QuantMode.AFFINE))) {
        Array plain = Ops.matmul(x, Ops.swapLast(packed.dequantize(compute)));
        worst = Math.max(worst, deviation(packed.matmul(x), plain));
      }
      return worst;
    }

    double deltaNet() {
      int channels =
          2 * config.keyHeads() * config.keyHeadDim() + config.valueHeads() * config.valueHeadDim();
      int inner = config.valueHeads() * config.valueHeadDim();
      GatedDeltaNet layer =
          new GatedDeltaNet(
              none(),
              none(),
              none(),
              none(),
              normal(compute, config.convKernel(), channels),
              Ops.negative(Ops.exp(normal(DType.FLOAT32, config.valueHeads()))),
              normal(DType.FLOAT32, config.valueHeads()),
              new RmsNorm(normal(DType.FLOAT32, config.valueHeadDim()), config.normEps()),
              none(),
              rule,
              ROWS,
              config);
      Array u = normal(compute, 1, ROWS, channels);
      Array z = normal(compute, 1, ROWS, inner);
      Array a = normal(compute, 1, ROWS, config.valueHeads());
      Array b = normal(compute, 1, ROWS, config.valueHeads());
      try (Scope owner = Scope.detached()) {
        DeltaNetState one = new DeltaNetState(owner, config.convKernel());
        DeltaNetState other = new DeltaNetState(owner, config.convKernel());
        double first =
            deviation(
                layer.mixByKernel(u, z, a, b, one, Pass.COMMIT),
                layer.mix(u, z, a, b, other, Pass.COMMIT));
        double state =
            deviation(one.now().orElseThrow().state(), other.now().orElseThrow().state());
        // Once more on the states that there are now, to be rolled back.
        double second =
            deviation(
                layer.mixByKernel(u, z, a, b, one, Pass.VERIFY),
                layer.mix(u, z, a, b, other, Pass.VERIFY));
        // And from where a rollback leaves them.
        one.rollback(ROWS, 1);
        other.rollback(ROWS, 1);
        double third =
            deviation(
                layer.mixByKernel(u, z, a, b, one, Pass.COMMIT),
                layer.mix(u, z, a, b, other, Pass.COMMIT));
        return Math.max(Math.max(state, first), Math.max(second, third));
      }
    }

    double attention() {
      int width = config.outputGate() ? 2 * config.headDim() : config.headDim();
      GatedAttention layer =
          new GatedAttention(
              none(),
              none(),
              none(),
              none(),
              new RmsNorm(normal(DType.FLOAT32, config.headDim()), config.normEps()),
              new RmsNorm(normal(DType.FLOAT32, config.headDim()), config.normEps()),
              rope,
              true,
              config);
      Array q = normal(compute, 1, ROWS, config.attentionHeads(), width);
      Array k = normal(compute, 1, ROWS, config.keyValueHeads(), config.headDim());
      Array v = normal(compute, 1, ROWS, config.keyValueHeads(), config.headDim());
      try (Scope owner = Scope.detached()) {
        return deviation(
            layer.mixByKernel(q, k, v, new KvCache(owner)),
            layer.mix(q, k, v, new Positions.Text(0), new KvCache(owner)));
      }
    }

    private Linear none() {
      return new Linear(new Weight.Dense(Array.of(new float[1], 1, 1)), Optional.empty());
    }

    private Array normal(DType dtype, int... shape) {
      int n = 1;
      for (int d : shape) {
        n *= d;
      }
      float[] values = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = (float) (0.5 * random.nextGaussian());
      }
      return Ops.astype(Array.of(values, shape), dtype);
    }

    private double deviation(Array kernel, Array plain) {
      double tolerance = compute == DType.FLOAT32 ? 1e-4 : 3e-2;
      float[] a = Ops.astype(kernel, DType.FLOAT32).toFloats();
      float[] b = Ops.astype(plain, DType.FLOAT32).toFloats();
      double largest = 1e-30;
      double difference = a.length == b.length ? 0 : Double.POSITIVE_INFINITY;
      for (int i = 0; i < Math.min(a.length, b.length); i++) {
        largest = Math.max(largest, Math.abs(b[i]));
        double d = Math.abs((double) a[i] - b[i]);
        difference = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(difference, d);
      }
      return difference / largest / tolerance;
    }
  }
}
