package dev.mlxmtp.decode;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a sampler may choose from, after all rules: some tokens, each with its log-probability up to
 * a common constant.
 */
final class Distribution {
  private final int[] tokens;
  private final double[] scores;
  private final double logSum;

  /**
   * @param tokens at least one, none twice
   * @param scores of each; kept, not copied
   */
  Distribution(int[] tokens, double[] scores) {
    this.tokens = tokens;
    this.scores = scores;
    double most = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      most = Math.max(most, score);
    }
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score - most);
    }
    this.logSum = most + Math.log(sum);
  }

  /** One token, always. */
  static Distribution of(int token) {
    return new Distribution(new int[] {token}, new double[1]);
  }

  /** Probability of a token, 0 for one that may not be chosen. */
  double probability(int token) {
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] == token) {
        return Math.exp(scores[i] - logSum);
      }
    }
    return 0;
  }

  /** A sample, by Gumbel-max with the noise of this position. */
  int choose(Noise noise, Noise.Purpose purpose, int position) {
    int best = tokens[0];
    double bestScore = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < tokens.length; i++) {
      double score = scores[i] + noise.gumbel(purpose, position, tokens[i]);
      if (score > bestScore) {
        bestScore = score;
        best = tokens[i];
      }
    }
    return best;
  }

  /**
   * What is left of this where samples of {@code drafted} were accepted with probability {@code
   * min(1, p ÷ q)}: {@code max(0, p − q)}, made to sum to 1 (Leviathan et al. 2023, theorem 3.5).
   * There must be a token with p above q.
   */
  Distribution residual(Distribution drafted) {
    Map<Integer, Double> q = new HashMap<>();
    for (int i = 0; i < drafted.tokens.length; i++) {
      q.put(drafted.tokens[i], Math.exp(drafted.scores[i] - drafted.logSum));
    }
    int[] left = new int[tokens.length];
    double[] logs = new double[tokens.length];
    int n = 0;
    for (int i = 0; i < tokens.length; i++) {
      double excess = Math.exp(scores[i] - logSum) - q.getOrDefault(tokens[i], 0.0);
      if (excess > 0) {
        left[n] = tokens[i];
        logs[n++] = Math.log(excess);
      }
    }
    return new Distribution(Arrays.copyOf(left, n), Arrays.copyOf(logs, n));
  }
}
