package dev.mlxmtp.decode;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Chooses tokens on the host, the same on every device: turns logits into the distribution that the
 * options leave, and draws from it with noise that is a function of seed, position and token alone.
 */
public final class Sampler {
  private final SamplingOptions options;
  private final int answer;
  private final Noise noise;

  /**
   * @param answer index of the answer's first token, from which on presence and frequency count
   */
  public Sampler(SamplingOptions options, int answer) {
    this.options = options;
    this.answer = answer;
    this.noise = new Noise(options.seed());
  }

  SamplingOptions options() {
    return options;
  }

  /** The randomness of all its choices. */
  Noise noise() {
    return noise;
  }

  /**
   * @param logits {@code [V]}; changed in place
   * @param history tokens of the context, for the penalties
   * @param position index of the token to choose
   */
  public int choose(float[] logits, int[] history, int position) {
    return distribution(logits, () -> history).choose(noise, Noise.Purpose.CHOICE, position);
  }

  /**
   * By how much a token would be chosen before another: the difference of what the choice compares,
   * all rules and the noise included, in logits. Negative where the other would be chosen, infinite
   * where the rules exclude one of them.
   *
   * @param logits {@code [V]}; changed in place
   * @param history tokens of the context, for the penalties; they end before the choice
   */
  public double lead(float[] logits, int[] history, int token, int other) {
    if (options.temperature() == 0) {
      adjust(logits, () -> history);
      return (double) logits[token] - logits[other];
    }
    return options.temperature()
        * distribution(logits, () -> history).lead(noise, history.length, token, other);
  }

  /**
   * What may be chosen.
   *
   * @param logits {@code [V]}; changed in place
   * @param history tokens of the context, asked for where there is a penalty
   */
  Distribution distribution(float[] logits, Supplier<int[]> history) {
    adjust(logits, history);
    if (options.temperature() == 0) {
      return Distribution.of(argmax(logits));
    }
    int[] candidates = candidates(logits);
    double[] scores = new double[candidates.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = logits[candidates[i]] / options.temperature();
    }
    return new Distribution(candidates, scores);
  }

  private void adjust(float[] logits, Supplier<int[]> history) {
    options
        .bias()
        .forEach(
            (token, value) -> {
              if (token < logits.length) {
                logits[token] += (float) (double) value;
              }
            });
    if (options.looksBack()) {
      penalise(logits, history.get());
    }
  }

  private void penalise(float[] logits, int[] history) {
    for (int token : Arrays.stream(history).distinct().toArray()) {
      if (token < logits.length) {
        float logit = logits[token];
        double penalty = options.repetitionPenalty();
        logits[token] = (float) (logit < 0 ? logit * penalty : logit / penalty);
      }
    }
    Map<Integer, Integer> counts = new HashMap<>();
    for (int i = answer; i < history.length; i++) {
      counts.merge(history[i], 1, Integer::sum);
    }
    counts.forEach(
        (token, count) -> {
          if (token < logits.length) {
            logits[token] -=
                (float) (options.presencePenalty() + count * options.frequencyPenalty());
          }
        });
  }

  // The tokens that top-k, top-p and min-p leave, the most probable first where one of them
  // applies.
  private int[] candidates(float[] logits) {
    int[] all = possible(logits);
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

  private static int[] possible(float[] logits) {
    int[] tokens = new int[logits.length];
    int n = 0;
    for (int i = 0; i < logits.length; i++) {
      if (logits[i] > Float.NEGATIVE_INFINITY) {
        tokens[n++] = i;
      }
    }
    return n == tokens.length ? tokens : Arrays.copyOf(tokens, n);
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
}
