package dev.mlxmtp;

import dev.mlxmtp.checkpoint.Checkpoint;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Device;
import dev.mlxmtp.mlx.EngineThread;
import dev.mlxmtp.mlx.Memory;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.ModelLoader;
import dev.mlxmtp.model.Qwen35;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Callable;

/** Loads models for tests, on the best device of this machine. Any thread. */
public final class TestModels {
  private TestModels() {}

  /** Loads a folder with activations in {@code compute}. */
  public static Qwen35 load(Path folder, DType compute) {
    return onEngine(
        () -> {
          try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return ModelLoader.load(checkpoint, compute, (done, total) -> {});
          }
        });
  }

  /** The demo model in float32. */
  public static Qwen35 demo() {
    return load(TestPaths.demoModel(), DType.FLOAT32);
  }

  /** Frees a model; null, where a class failed to load one, is passed over. */
  public static void close(Qwen35 model) {
    if (model != null) {
      onEngine(
          () -> {
            model.close();
            Memory.clearCache();
            return model;
          });
    }
  }

  /** Runs the task on the engine thread inside a scope of its own. */
  public static <T> T onEngine(Callable<T> task) {
    EngineThread engine = EngineThread.get();
    if (!engine.isCurrent()) {
      engine.use(engine.call(Device::best));
    }
    return engine.call(
        () -> {
          try (var _ = Scope.open()) {
            return task.call();
          }
        });
  }

  /** {@code [1, T]}. Engine thread only. */
  public static Array row(int... tokens) {
    return Array.of(tokens, 1, tokens.length);
  }

  /** Reproducible tokens below {@code vocabulary}. */
  public static int[] randomTokens(int count, int vocabulary, long seed) {
    return new Random(seed).ints(count, 0, vocabulary).toArray();
  }
}
