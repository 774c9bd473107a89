package dev.mlxmtp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mlxmtp.Differences;
import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.checkpoint.Checkpoint;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Kernels;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A mixer by the CPU kernels and the same mixer written in MLX operations, which other devices run,
 * give the same outputs and caches, from a context that is not empty.
 */
@ExtendWith(OnEngineThread.class)
class MixerPathsTest {
  private static final int BEFORE = 7;

  private Scope weights;
  private Checkpoint checkpoint;
  private Qwen35Config config;
  private DType compute;

  @BeforeEach
  void open() {
    weights = Scope.detached();
    checkpoint = Checkpoint.open(TestPaths.fixture("dense-vlm"));
    config = Qwen35Config.of(checkpoint.config(), checkpoint.textConfig());
  }

  @AfterEach
  void close() {
    checkpoint.close();
    weights.close();
  }

  static Stream<Arguments> rows() {
    return Stream.of(DType.FLOAT32, DType.BFLOAT16)
        .flatMap(
            dtype ->
                Stream.of(1, 2, 16, 17, 63, 64, 65, 200)
                    .map(rows -> Arguments.of(dtype, rows, dtype == DType.FLOAT32 ? 1e-4 : 2e-2)));
  }

  private Linear linear(String name) {
    return new Linear(checkpoint.weight(name + ".weight", compute), Optional.empty());
  }

  private RmsNorm norm(String name) {
    return new RmsNorm(checkpoint.norm(name + ".weight"), config.normEps());
  }

  private GatedDeltaNet deltaNet(boolean kernels) {
    String p = "layers.0.linear_attn.";
    return new GatedDeltaNet(
        linear(p + "in_proj_qkv"),
        linear(p + "in_proj_z"),
        linear(p + "in_proj_b"),
        linear(p + "in_proj_a"),
        Ops.contiguous(Ops.swapLast(Ops.astype(checkpoint.tensor(p + "conv1d.weight"), compute))),
        Ops.negative(Ops.exp(checkpoint.tensor(p + "A_log"))),
        checkpoint.tensor(p + "dt_bias"),
        norm(p + "norm"),
        linear(p + "out_proj"),
        new DeltaRule(32, weights),
        kernels ? Integer.MAX_VALUE : 0,
        config);
  }

  private GatedAttention attention(boolean kernels) {
    String p = "layers.3.self_attn.";
    return new GatedAttention(
        linear(p + "q_proj"),
        linear(p + "k_proj"),
        linear(p + "v_proj"),
        linear(p + "o_proj"),
        norm(p + "q_norm"),
        norm(p + "k_norm"),
        new RotaryEmbedding(config.rope(), weights),
        kernels,
        config);
  }

  private Array inputs(int rows) {
    Random random = new Random(rows);
    float[] x = new float[rows * config.hiddenSize()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return Ops.astype(Array.of(x, 1, rows, config.hiddenSize()), compute);
  }

  private void kernelsServe(DType dtype) {
    assumeTrue(Kernels.instructionSet().isPresent(), "the CPU kernels do not serve here");
    compute = dtype;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void gatedDeltaNet(DType dtype, int rows, double tolerance) {
    kernelsServe(dtype);
    for (Pass pass : rows <= 17 ? Pass.values() : new Pass[] {Pass.COMMIT}) {
      DeltaNetState byKernel = new DeltaNetState(weights, config.convKernel());
      DeltaNetState byOps = new DeltaNetState(weights, config.convKernel());
      deltaNet(true)
          .apply(inputs(BEFORE), Segments.of(BEFORE, new Positions.Text(0), byKernel, Pass.COMMIT));
      deltaNet(false)
          .apply(inputs(BEFORE), Segments.of(BEFORE, new Positions.Text(0), byOps, Pass.COMMIT));
      Array y =
          deltaNet(true)
              .apply(inputs(rows), Segments.of(rows, new Positions.Text(0), byKernel, pass));
      Array expected =
          deltaNet(false)
              .apply(inputs(rows), Segments.of(rows, new Positions.Text(0), byOps, pass));
      same(expected, y, tolerance, "output");
      sameState(byOps, byKernel, tolerance);
      if (pass == Pass.VERIFY) {
        int kept = (rows + 1) / 2;
        byKernel.rollback(rows, kept);
        byOps.rollback(rows, kept);
        sameState(byOps, byKernel, tolerance);
      }
    }
  }

  private static void sameState(DeltaNetState expected, DeltaNetState found, double tolerance) {
    DeltaNetState.Snapshot e = expected.now().orElseThrow();
    DeltaNetState.Snapshot f = found.now().orElseThrow();
    assertEquals(DType.FLOAT32, f.state().dtype(), "the state stays float32");
    assertEquals(DType.FLOAT32, e.state().dtype(), "the state stays float32");
    same(e.state(), f.state(), tolerance, "state");
    same(e.convolution(), f.convolution(), tolerance, "convolution");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void gatedAttention(DType dtype, int rows, double tolerance) {
    kernelsServe(dtype);
    KvCache byKernel = new KvCache(weights);
    KvCache byOps = new KvCache(weights);
    attention(true)
        .apply(inputs(BEFORE), Segments.of(BEFORE, new Positions.Text(0), byKernel, Pass.COMMIT));
    attention(false)
        .apply(inputs(BEFORE), Segments.of(BEFORE, new Positions.Text(0), byOps, Pass.COMMIT));
    Array y =
        attention(true)
            .apply(
                inputs(rows), Segments.of(rows, new Positions.Text(BEFORE), byKernel, Pass.COMMIT));
    Array expected =
        attention(false)
            .apply(inputs(rows), Segments.of(rows, new Positions.Text(BEFORE), byOps, Pass.COMMIT));
    same(expected, y, tolerance, "output");
    assertEquals(BEFORE + rows, byKernel.length());
    for (int i = 0; i < 2; i++) {
      same(seen(byOps, i), seen(byKernel, i), tolerance, i == 0 ? "keys" : "values");
    }
  }

  private static Array seen(KvCache cache, int which) {
    return Ops.slice(cache.arrays().get(which), 2, 0, cache.length());
  }

  private static void same(Array expected, Array found, double tolerance, String what) {
    assertEquals(expected.dtype(), found.dtype(), what);
    Differences.assertRelative(expected.toFloats(), found.toFloats(), tolerance, what);
  }
}
