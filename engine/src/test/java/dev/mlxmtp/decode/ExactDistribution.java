package dev.mlxmtp.decode;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What each token's probability is by the published rules, in doubles and in the order of Hugging
 * Face: repetition penalty, temperature, top-k, top-p, min-p. Shares no code with the program.
 */
final class ExactDistribution {
  private ExactDistribution() {}

  /**
   * @param logits {@code [V]}
   * @param history tokens of the context
   */
  static double[] of(float[] logits, int[] history, SamplingOptions options) {
    double[] scores = new double[logits.length];
    Arrays.setAll(scores, t -> logits[t]);
    for (int token : Arrays.stream(history).distinct().toArray()) {
      double penalty = options.repetitionPenalty();
      scores[token] = scores[token] > 0 ? scores[token] / penalty : scores[token] * penalty;
    }
    Arrays.setAll(scores, t -> scores[t] / options.temperature());
    int[] falling =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(t -> -scores[t]))
            .mapToInt(t -> t)
            .toArray();
    double best = scores[falling[0]];
    double[] kept = new double[scores.length];
    Arrays.setAll(kept, t -> Math.exp(scores[t] - best));
    for (int i = options.topK(); options.topK() > 0 && i < falling.length; i++) {
      kept[falling[i]] = 0;
    }
    normalize(kept);
    double before = 0;
    for (int token : falling) {
      double mass = kept[token];
      kept[token] = before < options.topP() ? mass : 0;
      before += mass;
    }
    normalize(kept);
    double least = options.minP() * kept[falling[0]];
    Arrays.setAll(kept, t -> kept[t] < least ? 0 : kept[t]);
    normalize(kept);
    return kept;
  }

  private static void normalize(double[] weights) {
    double total = Arrays.stream(weights).sum();
    Arrays.setAll(weights, t -> weights[t] / total);
  }
}
