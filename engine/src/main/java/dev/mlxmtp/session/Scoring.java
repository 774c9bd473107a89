package dev.mlxmtp.session;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.ModelCache;
import dev.mlxmtp.model.Pass;
import dev.mlxmtp.model.Qwen35;
import java.util.Arrays;

/** How probable a model finds a text that is there already. Engine thread only. */
final class Scoring {
  // A row of logits is as wide as the vocabulary: 128 rows of 250,000 floats are 128 MB.
  private static final int CHUNK = 128;

  private Scoring() {}

  /**
   * Natural logarithms of the probabilities of all tokens but the first.
   *
   * @param tokens n of them; gives n - 1 numbers
   */
  static float[] of(Qwen35 model, int[] tokens) {
    int n = tokens.length - 1;
    float[] scores = new float[n];
    try (ModelCache cache = model.newCache()) {
      for (int start = 0; start < n; start += CHUNK) {
        int stop = Math.min(n, start + CHUNK);
        float[] chunk = chunk(model, cache, Arrays.copyOfRange(tokens, start, stop + 1));
        System.arraycopy(chunk, 0, scores, start, chunk.length);
      }
    }
    return scores;
  }

  private static float[] chunk(Qwen35 model, ModelCache cache, int[] tokens) {
    int n = tokens.length - 1;
    try (var _ = Scope.open()) {
      Array rows = Array.of(Arrays.copyOf(tokens, n), 1, n);
      Array logits = model.logits(model.forward(rows, cache, Pass.COMMIT).postNorm());
      Array wide = Ops.astype(logits, DType.FLOAT32);
      Array next = Array.of(Arrays.copyOfRange(tokens, 1, n + 1), 1, n, 1);
      Array picked = Ops.takeAlongAxis(wide, next, -1);
      return Ops.reshape(Ops.subtract(picked, Ops.logSumExp(wide, -1, true)), n).toFloats();
    }
  }
}
