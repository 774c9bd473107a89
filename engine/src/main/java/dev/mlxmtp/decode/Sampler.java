package dev.mlxmtp.decode;

import java.util.Arrays;

/**
 * Chooses tokens on the host, the same on every device. The noise of a choice is a function of
 * seed, position and token alone: {@code argmax_i(log p_i + Gumbel(seed, position, i))} is a sample
 * of p (Gumbel-max), and the same one wherever and in whatever order it is drawn.
 */
public final class Sampler {
  private final SamplingOptions options;

  public Sampler(SamplingOptions options) {
    this.options = options;
  }

  /**
   * @param logits {@code [V]}; changed in place
   * @param history tokens of the context, for the repetition penalty
   * @param position index of the token to choose
   */
  public int choose(float[] logits, int[] history, int position) {
    penalise(logits, history);
    if (options.temperature() == 0) {
      return argmax(logits);
    }
    int[] candidates = candidates(logits);
    int best = candidates[0];
    double bestScore = Double.NEGATIVE_INFINITY;
    for (int token : candidates) {
      double score =
          logits[token] / options.temperature() + gumbel(options.seed(), position, token);
      if (score > bestScore) {
        bestScore = score;
        best = token;
      }
    }
    return best;
  }

  private void penalise(float[] logits, int[] history) {
    if (options.repetitionPenalty() == 1) {
      return;
    }
    for (int token : Arrays.stream(history).distinct().toArray()) {
      if (token < logits.length) {
        float logit = logits[token];
        double penalty = options.repetitionPenalty();
        logits[token] = (float) (logit < 0 ? logit * penalty : logit / penalty);
      }
    }
  }

  // The tokens that top-k, top-p and min-p leave, the most probable first where one of them
  // applies.
  private int[] candidates(float[] logits) {
    int[] all = new int[logits.length];
    Arrays.setAll(all, i -> i);
    boolean keepAll = options.topK() == 0 && options.topP() == 1 && options.minP() == 0;
    if (keepAll) {
      return all;
    }
    int[] sorted = byLogit(logits);
    int kept = options.topK() == 0 ? sorted.length : Math.min(options.topK(), sorted.length);
    double[] weight = new double[kept];
    double total = 0;
    for (int i = 0; i < kept; i++) {
      weight[i] = Math.exp((logits[sorted[i]] - logits[sorted[0]]) / options.temperature());
      total += weight[i];
    }
    int withinP = 0;
    for (double mass = 0; withinP < kept && mass < options.topP() * total; withinP++) {
      mass += weight[withinP];
    }
    int n = 0;
    while (n < withinP && weight[n] >= options.minP() * weight[0]) {
      n++;
    }
    return Arrays.copyOf(sorted, Math.max(1, n));
  }

  // Tokens by falling logit, equal ones by rising id: one sort of numbers that hold both.
  private static int[] byLogit(float[] logits) {
    long[] keys = new long[logits.length];
    for (int i = 0; i < keys.length; i++) {
      int bits = Float.floatToIntBits(-logits[i] + 0.0f);
      int ordered = bits < 0 ? ~bits : bits | Integer.MIN_VALUE;
      // The highest bit is turned, since longs are sorted as signed numbers.
      keys[i] = (ordered & 0xffffffffL) << 32 ^ Long.MIN_VALUE | i;
    }
    Arrays.sort(keys);
    int[] tokens = new int[keys.length];
    Arrays.setAll(tokens, i -> (int) (keys[i] & 0xffffffffL));
    return tokens;
  }

  private static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  static double gumbel(long seed, int position, int token) {
    long bits = mix(mix(mix(seed) ^ position) ^ token);
    // 53 random bits, moved off 0 and 1 by half a step.
    double uniform = ((bits >>> 11) + 0.5) * 0x1p-53;
    return -Math.log(-Math.log(uniform));
  }

  // The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
  private static long mix(long z) {
    long x = z + 0x9e3779b97f4a7c15L;
    x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
    return x ^ (x >>> 31);
  }
}
