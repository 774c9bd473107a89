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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * What rolling back costs. A verification of k + 1 rows is timed with what follows it, the rollback
 * and a pass over the next token, once with no draft accepted and once with all; and against the
 * same rows in a pass that cannot be undone, which is the most that any other way of undoing could
 * save. The order of the three changes from turn to turn; medians.
 */
public final class RollbackBenchmark {
  private static final int PROMPT = 64;

  private enum Case {
    ALL_ACCEPTED,
    NONE_ACCEPTED,
    NOT_TO_BE_UNDONE
  }

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
    out.println("| k + 1 | all accepted, ms | none ÷ all | nothing kept for it ÷ all |");
    out.println("| --- | --- | --- | --- |");
    List<Case> cases = new ArrayList<>(List.of(Case.values()));
    Random random = new Random(1);
    try (var _ = Scope.open();
        ModelCache cache = model.newCache()) {
      forward(model, cache, PROMPT, Pass.COMMIT);
      cache.settle();
      try (ModelCache.Point start = cache.point()) {
        for (int rows : List.of(2, 3, 4, 5, 9)) {
          Map<Case, double[]> times = new EnumMap<>(Case.class);
          cases.forEach(c -> times.put(c, new double[turns]));
          for (int turn = -3; turn < turns; turn++) {
            Collections.shuffle(cases, random);
            for (Case c : cases) {
              double time = seconds(model, cache, start, rows, c);
              if (turn >= 0) {
                times.get(c)[turn] = time;
              }
            }
          }
          double base = Median.of(times.get(Case.ALL_ACCEPTED));
          out.printf(
              Locale.ROOT,
              "| %d | %.2f | %.3f | %.3f |%n",
              rows,
              base * 1e3,
              Median.of(times.get(Case.NONE_ACCEPTED)) / base,
              Median.of(times.get(Case.NOT_TO_BE_UNDONE)) / base);
        }
      }
    }
  }

  private static double seconds(
      Qwen35 model, ModelCache cache, ModelCache.Point start, int rows, Case of) {
    cache.restore(start);
    long before = System.nanoTime();
    boolean verify = of != Case.NOT_TO_BE_UNDONE;
    forward(model, cache, rows, verify ? Pass.VERIFY : Pass.COMMIT);
    if (verify) {
      cache.rollback(rows, of == Case.ALL_ACCEPTED ? rows : 1);
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
}
