package dev.mlxmtp.bench;

import dev.mlxmtp.checkpoint.Checkpoint;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Device;
import dev.mlxmtp.mlx.EngineThread;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.ModelCache;
import dev.mlxmtp.model.ModelLoader;
import dev.mlxmtp.model.Pass;
import dev.mlxmtp.model.Qwen35;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What rolling back costs. A verification of k + 1 rows is timed with what follows it, the rollback
 * and a pass over the next token, once with no draft accepted and once with all; and against the
 * same rows in a pass that keeps no state but the last, which is the most that any other way of
 * undoing could save. The three take turns; medians.
 */
public final class RollbackBenchmark {
  private static final int PROMPT = 64;

  private RollbackBenchmark() {}

  /** Arguments: the model's folder and the number of turns. */
  public static void main(String[] args) throws IOException {
    EngineThread engine = EngineThread.get();
    engine.use(Device.CPU);
    int turns = Integer.parseInt(args[1]);
    try (Checkpoint checkpoint = Checkpoint.open(Path.of(args[0]))) {
      engine.call(
          () -> {
            try (Qwen35 model = ModelLoader.load(checkpoint, DType.FLOAT32, (done, total) -> {})) {
              run(model, turns, System.out);
            }
            return 0;
          });
    }
  }

  private static void run(Qwen35 model, int turns, PrintStream out) {
    out.println("| k + 1 | all accepted, ms | none ÷ all | no states kept ÷ all |");
    out.println("| --- | --- | --- | --- |");
    try (var _ = Scope.open();
        ModelCache cache = model.newCache()) {
      forward(model, cache, PROMPT, Pass.COMMIT);
      cache.settle();
      try (ModelCache.Point start = cache.point()) {
        for (int rows : List.of(2, 3, 4, 5, 9)) {
          double[] all = new double[turns];
          double[] none = new double[turns];
          double[] bare = new double[turns];
          for (int turn = -3; turn < turns; turn++) {
            double a = seconds(model, cache, start, rows, rows, Pass.VERIFY);
            double n = seconds(model, cache, start, rows, 1, Pass.VERIFY);
            double b = seconds(model, cache, start, rows, rows, Pass.COMMIT);
            if (turn >= 0) {
              all[turn] = a;
              none[turn] = n;
              bare[turn] = b;
            }
          }
          double base = median(all);
          out.printf(
              Locale.ROOT,
              "| %d | %.2f | %.3f | %.3f |%n",
              rows,
              base * 1e3,
              median(none) / base,
              median(bare) / base);
        }
      }
    }
  }

  private static double seconds(
      Qwen35 model, ModelCache cache, ModelCache.Point start, int rows, int kept, Pass pass) {
    cache.restore(start);
    long before = System.nanoTime();
    forward(model, cache, rows, pass);
    if (pass == Pass.VERIFY) {
      cache.rollback(rows, kept);
    }
    forward(model, cache, 1, Pass.COMMIT);
    return (System.nanoTime() - before) / 1e9;
  }

  private static void forward(Qwen35 model, ModelCache cache, int rows, Pass pass) {
    try (var _ = Scope.open()) {
      int[] tokens = new int[rows];
      Arrays.setAll(tokens, i -> 300 + 7 * i);
      Array hidden = model.forward(Array.of(tokens, 1, rows), cache, pass).postNorm();
      Ops.eval(Ops.argmax(model.logits(hidden), -1));
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }
}
