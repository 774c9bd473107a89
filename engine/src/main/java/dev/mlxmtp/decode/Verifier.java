package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;
import java.util.Arrays;
import java.util.List;

/** Compares drafts with what the model chooses in their place. */
final class Verifier {
  private final Sampler sampler;
  private final SamplingOptions sampling;
  private final int vocabulary;

  /**
   * @param vocabulary ids that the tokenizer defines; the padding rows of the head above are never
   *     chosen
   */
  Verifier(SamplingOptions sampling, int vocabulary) {
    this.sampling = sampling;
    this.sampler = new Sampler(sampling);
    this.vocabulary = vocabulary;
  }

  /**
   * What the model says of a draft.
   *
   * @param drafted k tokens
   * @param choices k + 1 tokens: the model's choice in place of each draft, and after the last
   */
  record Verdict(
      int[] drafted, float[] draftProbabilities, float[] targetProbabilities, int[] choices) {

    /** Length of the common prefix of drafts and choices. */
    int accepted() {
      int a = 0;
      while (a < drafted.length && drafted[a] == choices[a]) {
        a++;
      }
      return a;
    }
  }

  /**
   * Greedy: evaluates drafts and choices together, in one synchronization.
   *
   * @param logits {@code [1, k + 1, V]}
   */
  Verdict verify(Draft draft, Array logits) {
    Fast.Greedy rows = Fast.greedy(logits, vocabulary);
    Array choices = rows.token();
    if (draft.size() == 0) {
      return new Verdict(new int[0], new float[0], new float[0], choices.toInts());
    }
    int k = draft.size();
    Array drafted = Ops.concatenate(draft.tokens(), 1);
    Array probabilities = Ops.concatenate(draft.probabilities(), 1);
    Array judged = Ops.slice(logits, 1, 0, k);
    Array picked = Ops.takeAlongAxis(judged, Ops.reshape(drafted, 1, k, 1), -1);
    Array target =
        Ops.exp(Ops.subtract(Ops.reshape(picked, 1, k), Ops.slice(rows.logSum(), 1, 0, k)));
    Ops.eval(List.of(choices, drafted, probabilities, target));
    return new Verdict(
        drafted.toInts(), probabilities.toFloats(), target.toFloats(), choices.toInts());
  }

  /**
   * Chooses one token from the logits of the newest row.
   *
   * @param logits {@code [1, T, V]}
   * @param history the tokens of the context
   */
  int choose(Array logits, int[] history) {
    int rows = logits.dim(1);
    Array last = Ops.slice(logits, 1, rows - 1, rows);
    return sampling.isArgmax()
        ? Fast.greedy(last, vocabulary).token().item()
        : sampler.choose(Ops.slice(last, -1, 0, vocabulary).toFloats(), history, history.length);
  }

  static int[] append(int[] tokens, int token) {
    int[] all = Arrays.copyOf(tokens, tokens.length + 1);
    all[tokens.length] = token;
    return all;
  }

  static int[] prepend(int token, int[] tokens) {
    int[] all = new int[tokens.length + 1];
    all[0] = token;
    System.arraycopy(tokens, 0, all, 1, tokens.length);
    return all;
  }
}
