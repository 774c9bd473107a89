package dev.mlxmtp.bench;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Device;
import dev.mlxmtp.mlx.EngineThread;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Kernels;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.QuantMode;
import dev.mlxmtp.mlx.Scope;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The CPU products against the memory's own speed: how many bytes of weights a second they read,
 * beside what the same threads read when they do nothing else, and what further rows cost. Weights
 * have the shapes of Qwen3.5-0.8B, and there are enough of them that no cache holds them. After a
 * warm-up each figure is the median of several runs; the formats take turns with the measurement of
 * the memory.
 */
public final class KernelBenchmark {
  private static final int[] ROWS = {1, 2, 3, 4, 8};
  private static final long BYTES = 384L << 20;

  /** A matrix {@code [N, K]} and what it is. */
  private record Shape(String name, int n, int k) {}

  private static final List<Shape> SHAPES =
      List.of(
          new Shape("mlp gate, up", 3584, 1024),
          new Shape("mlp down", 1024, 3584),
          new Shape("DeltaNet q, k, v", 6144, 1024),
          new Shape("head", 248_320, 1024));

  /** A weight as stored: its arrays, and the product with such arrays. */
  private record Stored(List<Array> arrays, BiFunction<Array, List<Array>, Array> product) {
    long bytes() {
      return arrays.stream().mapToLong(Array::bytes).sum();
    }

    Array times(Array x) {
      return product.apply(x, arrays);
    }

    // Joining two halves gives memory of its own.
    Stored copy() {
      return new Stored(
          arrays.stream()
              .map(
                  a ->
                      Ops.concatenate(
                          List.of(
                              Ops.slice(a, 0, 0, a.dim(0) / 2),
                              Ops.slice(a, 0, a.dim(0) / 2, a.dim(0))),
                          0))
              .toList(),
          product);
    }
  }

  private record Format(String name, Function<Array, Stored> pack) {}

  private static final List<Format> FORMATS =
      List.of(
          dense("f32", DType.FLOAT32),
          dense("bf16", DType.BFLOAT16),
          dense("f16", DType.FLOAT16),
          packed("mxfp4", 32, 4, QuantMode.MXFP4),
          packed("mxfp8", 32, 8, QuantMode.MXFP8),
          packed("nvfp4", 16, 4, QuantMode.NVFP4),
          packed("affine 4", 64, 4, QuantMode.AFFINE),
          packed("affine 8", 64, 8, QuantMode.AFFINE));

  private final int runs;
  private final PrintStream out;

  private KernelBenchmark(int runs, PrintStream out) {
    this.runs = runs;
    this.out = out;
  }

  /** Arguments: the number of runs, 5 where none is given. */
  public static void main(String[] args) {
    int runs = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    EngineThread engine = EngineThread.get();
    engine.use(Device.CPU);
    engine.call(
        () -> {
          new KernelBenchmark(runs, System.out).run();
          return 0;
        });
  }

  private void run() {
    int processors = Runtime.getRuntime().availableProcessors();
    out.printf(
        "# CPU products, %s, %d processors, medians of %d runs%n",
        Kernels.instructionSet().orElse("kernels off"), processors, runs);
    for (int threads : processors > 1 ? new int[] {1, processors} : new int[] {1}) {
      Kernels.setThreads(threads);
      out.printf("%n## threads: %d%n%n", threads);
      out.println("| weight | format | read GB/s | one row GB/s | ÷ read | 2 rows | 3 | 4 | 8 |");
      out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
      for (Shape shape : SHAPES) {
        for (Format format : FORMATS) {
          try (var _ = Scope.open()) {
            measure(shape, format);
          }
        }
      }
    }
  }

  private void measure(Shape shape, Format format) {
    List<Stored> weights = weights(shape, format);
    long bytes = weights.stream().mapToLong(Stored::bytes).sum();
    double[][] seconds = new double[ROWS.length][runs];
    double[] read = new double[runs];
    for (int run = -1; run < runs; run++) {
      for (int i = 0; i < ROWS.length; i++) {
        double s = seconds(weights, shape, ROWS[i]);
        if (run >= 0) {
          seconds[i][run] = s;
        }
      }
      if (run >= 0) {
        read[run] = Kernels.readBandwidth(BYTES);
      }
    }
    double one = Median.of(seconds[0]);
    double speed = bytes / one;
    StringBuilder row = new StringBuilder();
    for (int i = 1; i < ROWS.length; i++) {
      row.append(String.format(Locale.ROOT, " %.2f |", Median.of(seconds[i]) / one));
    }
    out.printf(
        Locale.ROOT,
        "| %s %d × %d | %s | %.1f | %.1f | %.2f |%s%n",
        shape.name(),
        shape.n(),
        shape.k(),
        format.name(),
        Median.of(read) / 1e9,
        speed / 1e9,
        speed / Median.of(read),
        row);
  }

  private static List<Stored> weights(Shape shape, Format format) {
    List<Stored> weights = new ArrayList<>();
    long bytes = 0;
    float[] block = new float[1 << 16];
    Random random = new Random(7);
    for (int i = 0; i < block.length; i++) {
      block[i] = (float) (0.02 * random.nextGaussian());
    }
    int repeats = Math.ceilDiv(shape.n() * shape.k(), block.length);
    Array values =
        Ops.reshape(
            Ops.slice(
                Ops.reshape(Ops.repeat(Array.of(block, 1, block.length), repeats, 0), -1),
                0,
                0,
                shape.n() * shape.k()),
            shape.n(),
            shape.k());
    Stored first = format.pack().apply(values);
    Ops.eval(first.arrays());
    while (bytes < BYTES) {
      Stored copy = first.copy();
      Ops.eval(copy.arrays());
      weights.add(copy);
      bytes += copy.bytes();
    }
    return weights;
  }

  private static double seconds(List<Stored> weights, Shape shape, int rows) {
    try (var _ = Scope.open()) {
      float[] values = new float[rows * shape.k()];
      Arrays.fill(values, 0.5f);
      Array x = Array.of(values, rows, shape.k());
      Ops.eval(x);
      List<Array> products = weights.stream().map(w -> w.times(x)).toList();
      long start = System.nanoTime();
      Ops.eval(products);
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private static Format dense(String name, DType dtype) {
    return new Format(
        name,
        values -> {
          Array w = Ops.contiguous(Ops.astype(values, dtype));
          return new Stored(List.of(w), (x, arrays) -> Fast.linear(x, arrays.getFirst()));
        });
  }

  private static Format packed(String name, int group, int bits, QuantMode mode) {
    return new Format(
        name,
        values -> {
          Fast.Packed p = Fast.quantize(Ops.astype(values, DType.BFLOAT16), group, bits, mode);
          List<Array> arrays = new ArrayList<>(List.of(p.weight(), p.scales()));
          p.biases().ifPresent(arrays::add);
          return new Stored(
              arrays,
              (x, of) ->
                  new Fast.Packed(
                          of.get(0),
                          of.get(1),
                          of.size() > 2 ? Optional.of(of.get(2)) : Optional.empty(),
                          group,
                          bits,
                          mode)
                      .matmul(x));
        });
  }
}
