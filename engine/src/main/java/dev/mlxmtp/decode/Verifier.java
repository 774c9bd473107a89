package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Compares drafts with what the model chooses in their place. */
final class Verifier {
  private final Chooser chooser;
  private final int vocabulary;
  private final boolean records;

  /**
   * @param vocabulary ids that the tokenizer defines; the padding rows of the head above are never
   *     chosen
   * @param records notes what the model gave each draft
   */
  Verifier(Chooser chooser, int vocabulary, boolean records) {
    this.chooser = chooser;
    this.vocabulary = vocabulary;
    this.records = records;
  }

  /**
   * What the model says of a draft.
   *
   * @param drafted k tokens
   * @param targetProbabilities none where no records are kept, like the ranks; of the drafts up to
   *     the first that is not accepted, or of all
   * @param choices the model's choice in place of each draft, and after the last; at least up to
   *     the first that is not the draft
   */
  record Verdict(
      int[] drafted,
      float[] draftProbabilities,
      float[] targetProbabilities,
      int[] targetRanks,
      int[] choices) {

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
   * Judges a draft.
   *
   * @param logits {@code [1, k + 1, V]}
   * @param history the tokens before the draft
   */
  Verdict verify(Draft draft, Array logits, History history) {
    return switch (chooser) {
      case Chooser.Argmax() -> greedy(draft, logits);
      case Chooser.Sampled sampled -> sampled(draft, logits, history, sampled);
    };
  }

  // Evaluates drafts and choices together, in one synchronization.
  private Verdict greedy(Draft draft, Array logits) {
    Fast.Greedy rows = Fast.greedy(logits, vocabulary);
    Array choices = rows.token();
    if (draft.size() == 0) {
      return new Verdict(new int[0], new float[0], new float[0], new int[0], choices.toInts());
    }
    int k = draft.size();
    Array drafted = Ops.concatenate(draft.tokens(), 1);
    Array probabilities = Ops.concatenate(draft.probabilities(), 1);
    if (!records) {
      Ops.eval(choices, drafted, probabilities);
      return new Verdict(
          drafted.toInts(), probabilities.toFloats(), new float[0], new int[0], choices.toInts());
    }
    Fast.Standing standing = Fast.standing(logits, drafted, vocabulary, 1);
    Ops.eval(choices, drafted, probabilities, standing.probability(), standing.above());
    return new Verdict(
        drafted.toInts(),
        probabilities.toFloats(),
        standing.probability().toFloats(),
        ranks(standing),
        choices.toInts());
  }

  // Row j is judged by the rules as they are after the drafts before it.
  private Verdict sampled(Draft draft, Array logits, History history, Chooser.Sampled sampled) {
    int k = draft.size();
    int[] drafted = new int[k];
    float[] head = new float[k];
    for (int i = 0; i < k; i++) {
      drafted[i] = draft.tokens().get(i).item();
      head[i] = (float) draft.distributions().get(i).probability(drafted[i]);
    }
    SamplingOptions rules = sampled.sampler().options();
    Array within = Ops.slice(logits, -1, 0, vocabulary);
    Optional<Fast.Standing> standing =
        records && k > 0 && rules.isTemperatureAlone()
            ? Optional.of(
                Fast.standing(logits, Array.of(drafted, 1, k), vocabulary, rules.temperature()))
            : Optional.empty();
    standing.ifPresent(s -> Ops.eval(within, s.probability(), s.above()));
    float[] rows = within.toFloats();
    List<Distribution> targets = new ArrayList<>();
    int[] choices = new int[k + 1];
    int judged = 0;
    for (int j = 0; j <= judged; j++) {
      int row = j;
      Distribution p =
          sampled
              .sampler()
              .distribution(
                  Arrays.copyOfRange(rows, j * vocabulary, (j + 1) * vocabulary),
                  () -> history.with(Arrays.copyOf(drafted, row)));
      int position = history.length() + j;
      if (j == k) {
        choices[j] = sampled.choose(p, position);
      } else {
        choices[j] = sampled.judge(drafted[j], p, draft.distributions().get(j), position);
        targets.add(p);
        judged += choices[j] == drafted[j] ? 1 : 0;
      }
    }
    int[] made = Arrays.copyOf(choices, judged + 1);
    if (standing.isPresent()) {
      float[] probabilities = standing.get().probability().toFloats();
      return new Verdict(drafted, head, probabilities, ranks(standing.get()), made);
    }
    int recorded = records ? targets.size() : 0;
    float[] probabilities = new float[recorded];
    int[] ranks = new int[recorded];
    for (int i = 0; i < recorded; i++) {
      probabilities[i] = (float) targets.get(i).probability(drafted[i]);
      ranks[i] = targets.get(i).rank(drafted[i]);
    }
    return new Verdict(drafted, head, probabilities, ranks, made);
  }

  private static int[] ranks(Fast.Standing standing) {
    return Arrays.stream(standing.above().toInts()).map(above -> above + 1).toArray();
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
    return switch (chooser) {
      case Chooser.Argmax() -> Fast.greedy(last, vocabulary).token().item();
      case Chooser.Sampled sampled ->
          sampled.choose(sampled.distribution(last, vocabulary, () -> history), history.length);
    };
  }

  static int[] prepend(int token, int[] tokens) {
    int[] all = new int[tokens.length + 1];
    all[0] = token;
    System.arraycopy(tokens, 0, all, 1, tokens.length);
    return all;
  }
}
