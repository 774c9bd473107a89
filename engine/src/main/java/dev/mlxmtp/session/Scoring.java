package dev.mlxmtp.session;

import dev.mlxmtp.decode.Sampler;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.ModelCache;
import dev.mlxmtp.model.Pass;
import dev.mlxmtp.model.Qwen35;
import java.util.Arrays;

/** How probable a model finds a text that is there already. Engine thread only. */
final class Scoring {
  // So many of the newest rows go one by one, as they would in plain decoding.
  private static final int SINGLE_ROWS = 32;
  // What rounding to the compute type adds up to in a logit, in units of its last place: half types
  // are rounded to once a layer, float32 with each of a row's sums.
  private static final int HALF_UNITS = 2;
  private static final int FLOAT_UNITS = 16;

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

  /**
   * How near two tokens are to each other after a context. Runs the context twice, together and
   * with its newest rows one by one: rounding explains at least twice what the two differ by.
   *
   * @param answer index of the first token of the context that is the answer's
   */
  static LogitGap gap(
      Qwen35 model, int[] context, int answer, SamplingOptions sampling, int token, int other) {
    int apart = Math.clamp(context.length - answer, 1, Math.min(SINGLE_ROWS, context.length));
    float[] together = last(model, context, 0);
    float[] single = last(model, context, apart);
    double moved = Math.abs((single[token] - single[other]) - (together[token] - together[other]));
    double most = Math.max(Math.abs(single[token]), Math.abs(single[other]));
    return new LogitGap(
        single[token],
        single[other],
        new Sampler(sampling, answer).lead(single.clone(), context, token, other),
        Math.max(rounding(model.compute(), most), 2 * moved));
  }

  private static double rounding(DType compute, double magnitude) {
    return switch (compute) {
      case BFLOAT16 -> HALF_UNITS * Math.scalb(1.0, Math.getExponent(magnitude) - 7);
      case FLOAT16 -> HALF_UNITS * Math.scalb(1.0, Math.getExponent(magnitude) - 10);
      default -> FLOAT_UNITS * Math.ulp((float) magnitude);
    };
  }

  // The logits after the newest token, where so many of the newest rows go one by one.
  private static float[] last(Qwen35 model, int[] tokens, int apart) {
    float[] logits = new float[0];
    try (ModelCache cache = model.newCache()) {
      int n = tokens.length;
      int stop;
      for (int start = 0; start < n; start = stop) {
        stop = start < n - apart ? Math.min(n - apart, start + CHUNK) : start + 1;
        try (var _ = Scope.open()) {
          Array rows = Array.of(Arrays.copyOfRange(tokens, start, stop), 1, stop - start);
          Hidden hidden = model.forward(rows, cache, Pass.COMMIT);
          if (stop == n) {
            Array newest = hidden.rows(stop - start - 1, stop - start).postNorm();
            logits = Ops.reshape(Ops.astype(model.logits(newest), DType.FLOAT32), -1).toFloats();
          } else {
            Ops.eval(hidden.postNorm());
          }
        }
      }
    }
    return logits;
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
