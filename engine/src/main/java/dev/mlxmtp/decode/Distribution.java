package dev.mlxmtp.decode;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a sampler may choose from, after all rules: some tokens, each with its log-probability up to
 * a common constant.
 */
final class Distribution {
  // e^-32 of the likeliest: a hundred thousand such tokens change no digit of a float.
  private static final double NEGLIGIBLE = 32;
  // Below the likeliest by so much, a token is chosen a few times in a million.
  private static final double UNLIKELY = 12;

  private final int[] tokens;
  private final double[] scores;
  private final double most;
  private OptionalDouble logSum = OptionalDouble.empty();

  /**
   * @param tokens at least one, none twice
   * @param scores of each; kept, not copied
   */
  Distribution(int[] tokens, double[] scores) {
    this.tokens = tokens;
    this.scores = scores;
    double highest = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      highest = Math.max(highest, score);
    }
    this.most = highest;
  }

  // Asked for by those alone who want a probability: it is the dearest part.
  private double logSum() {
    if (logSum.isEmpty()) {
      double sum = 0;
      for (double score : scores) {
        if (score > most - NEGLIGIBLE) {
          sum += Math.exp(score - most);
        }
      }
      logSum = OptionalDouble.of(most + Math.log(sum));
    }
    return logSum.getAsDouble();
  }

  /** One token, always. */
  static Distribution of(int token) {
    return new Distribution(new int[] {token}, new double[1]);
  }

  /** Probability of a token, 0 for one that may not be chosen. */
  double probability(int token) {
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] == token) {
        return Math.exp(scores[i] - logSum());
      }
    }
    return 0;
  }

  /** Probability of the likeliest token. */
  double highest() {
    return Math.exp(most - logSum());
  }

  /**
   * How far a token's score with its noise is above another's; infinite where one may not be
   * chosen.
   */
  double lead(Noise noise, int position, int token, int other) {
    long key = noise.key(Noise.Purpose.CHOICE, position);
    double own = score(token) + Noise.gumbel(Noise.uniform(key, token));
    double others = score(other) + Noise.gumbel(Noise.uniform(key, other));
    return own == others && Double.isFinite(own) ? 0 : own - others;
  }

  private double score(int token) {
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] == token) {
        return scores[i];
      }
    }
    return Double.NEGATIVE_INFINITY;
  }

  /** 1 for the likeliest token; one that may not be chosen comes after all that may. */
  int rank(int token) {
    double own = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < tokens.length; i++) {
      own = tokens[i] == token ? scores[i] : own;
    }
    int above = 0;
    for (double score : scores) {
      above += score > own ? 1 : 0;
    }
    return above + 1;
  }

  /** A sample, by Gumbel-max with the noise of this position. */
  int choose(Noise noise, Noise.Purpose purpose, int position) {
    long key = noise.key(purpose, position);
    int best = tokens[0];
    double bestScore = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < tokens.length; i++) {
      if (scores[i] >= most - UNLIKELY) {
        double score = scores[i] + Noise.gumbel(Noise.uniform(key, tokens[i]));
        if (score > bestScore) {
          bestScore = score;
          best = tokens[i];
        }
      }
    }
    // Of the others only those can win whose noise is above a bound, which is told without
    // logarithms.
    double least = Noise.uniformOf(bestScore - (most - UNLIKELY));
    for (int i = 0; i < tokens.length; i++) {
      if (scores[i] < most - UNLIKELY) {
        double uniform = Noise.uniform(key, tokens[i]);
        if (uniform > least && scores[i] + Noise.gumbel(uniform) > bestScore) {
          bestScore = scores[i] + Noise.gumbel(uniform);
          best = tokens[i];
        }
      }
    }
    return best;
  }

  /**
   * What is left of this where samples of {@code drafted} were accepted with probability {@code
   * min(1, p ÷ q)}: {@code max(0, p − q)}, made to sum to 1 (Leviathan et al. 2023, theorem 3.5).
   * This itself where no p is above its q.
   */
  Distribution residual(Distribution drafted) {
    Map<Integer, Double> q = new HashMap<>();
    for (int i = 0; i < drafted.tokens.length; i++) {
      q.put(drafted.tokens[i], Math.exp(drafted.scores[i] - drafted.logSum()));
    }
    int[] left = new int[tokens.length];
    double[] logs = new double[tokens.length];
    int n = 0;
    for (int i = 0; i < tokens.length; i++) {
      double excess = Math.exp(scores[i] - logSum()) - q.getOrDefault(tokens[i], 0.0);
      if (excess > 0) {
        left[n] = tokens[i];
        logs[n++] = Math.log(excess);
      }
    }
    // Equal distributions leave nothing but the rounding of their numbers.
    return n == 0 ? this : new Distribution(Arrays.copyOf(left, n), Arrays.copyOf(logs, n));
  }
}
