package dev.mlxmtp.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a session has learnt of what speculation costs and yields. It lives as long as the model, so
 * that an answer begins with what the last one knew; old observations fade. Engine thread only.
 *
 * <p>A round whose first j drafts are kept with probability P_j emits {@code 1 + Σ P_j} tokens. One
 * more draft is worth it where {@code P τ} is more than it costs, with τ the time that a token
 * takes at present: by the rule for renewal-reward processes no round is then made longer than
 * makes tokens a second fall.
 */
public final class Speculation {
  private static final int DEPTHS = DraftOptions.Mtp.MAX_DEPTH;
  private static final int CONFIDENCES = 10;
  private static final int MATCHES = 6;
  private static final int FIRST_PROBE = 8;
  private static final int RAREST_PROBE = 512;
  private static final double PRIOR_WEIGHT = 4;
  private static final double PRIOR_ACCEPTED = 0.7;

  private final PassCost pass = new PassCost();
  private final Recent firstStep = new Recent();
  private final Recent nextStep = new Recent();
  private final Fading[] byPosition = fading(DEPTHS, 0.98);
  private final Fading[] byConfidence = fading(CONFIDENCES, 0.99);
  private final Fading[] byMatch = fading(MATCHES, 0.97);
  private final double[] kept = new double[DEPTHS];
  private double tokenTime;
  private long rounds;
  private int plainRounds;
  private int probeAfter = FIRST_PROBE;

  public Speculation() {
    learnKept();
  }

  private static Fading[] fading(int n, double keep) {
    Fading[] all = new Fading[n];
    for (int i = 0; i < n; i++) {
      all[i] = new Fading(keep);
    }
    return all;
  }

  /**
   * One way to run a round, as it looks at present.
   *
   * @param name for example {@code mtp, depth 3}
   * @param tokens expected of a round
   * @param nanos expected of it
   */
  public record Arm(String name, double tokens, double nanos) {
    /** Tokens a second. */
    public double speed() {
      return tokens / nanos * 1e9;
    }
  }

  /**
   * What decides whether drafts pay; nanoseconds.
   *
   * @param pass of the model over one row
   * @param row of one more in a pass
   * @param firstStep of the MTP head, after a pass
   * @param nextStep of it, chained
   * @param untilProbe rounds without a worthwhile draft until one is tried all the same
   */
  public record Costs(double pass, double row, double firstStep, double nextStep, int untilProbe) {}

  /** Takes up a round: its passes and tokens. */
  void observe(Round round, double draftNanos, double wholeNanos) {
    double verify = Math.max(0, wholeNanos - draftNanos);
    pass.observe(round.drafted().length + 1, verify);
    rounds++;
    tokenTime = fastest();
  }

  // What a token takes where the best of the fixed depths is kept to. What is observed would do as
  // well, were it not for the pauses in it.
  private double fastest() {
    double best = pass.of(1);
    double expected = 1;
    double reach = 1;
    double drafting = 0;
    for (int k = 1; k <= DEPTHS && knowsSteps(); k++) {
      reach *= kept(k - 1);
      expected += reach;
      drafting += stepCost(k - 1);
      best = Math.min(best, (pass.of(k + 1) + drafting) / expected);
    }
    return best;
  }

  /** Takes up what became of an MTP draft. */
  void observeDraft(Round round) {
    int judged = Math.min(round.drafted().length, round.accepted() + 1);
    for (int i = 0; i < judged; i++) {
      double stays = i < round.accepted() ? 1 : 0;
      byPosition[Math.min(i, DEPTHS - 1)].add(stays);
      byConfidence[bin(round.draftProbabilities()[i])].add(stays);
    }
    learnKept();
  }

  /** Takes up what became of a copied draft after so long an agreement. */
  void observeCopy(Round round, int match) {
    int judged = Math.min(round.drafted().length, round.accepted() + 1);
    for (int i = 0; i < judged; i++) {
      byMatch[matchBin(match)].add(i < round.accepted() ? 1 : 0);
    }
  }

  /** Takes up the time of a step of the MTP head. */
  void observeStep(int position, double nanos) {
    (position == 0 ? firstStep : nextStep).add(nanos, rounds);
  }

  /** What a pass costs. */
  PassCost pass() {
    return pass;
  }

  /** False until the costs of passes and of the head's steps are known. */
  boolean isReady() {
    return pass.isKnown() && knowsSteps();
  }

  private boolean knowsSteps() {
    return firstStep.isSettled() && nextStep.isSettled();
  }

  /** True where nobody knows any more what a chained step takes, since none was taken lately. */
  boolean isChainForgotten() {
    return nextStep.fresh(rounds) == 0;
  }

  /** Nanoseconds that a token takes at present. */
  double tokenTime() {
    return tokenTime;
  }

  /** Counts a round in which no draft pays; true where one is to be tried all the same. */
  boolean isTimeToProbe() {
    if (++plainRounds < probeAfter) {
      return false;
    }
    plainRounds = 0;
    probeAfter = Math.min(RAREST_PROBE, 2 * probeAfter);
    return true;
  }

  /** Drafts pay: where they cease to, they are soon tried again. */
  void draftingPays() {
    plainRounds = 0;
    probeAfter = FIRST_PROBE;
  }

  /** Rounds seen. */
  long rounds() {
    return rounds;
  }

  /** Nanoseconds of verifying one more draft. */
  double rowCost() {
    return pass.row();
  }

  /** Nanoseconds of a step of the MTP head. */
  double stepCost(int position) {
    return (position == 0 ? firstStep : nextStep).median();
  }

  /** Probability that an MTP draft is kept, where all before it were. */
  double kept(int position) {
    return kept[Math.min(position, DEPTHS - 1)];
  }

  // A position of which little was seen is thought to be as the one before it.
  private void learnKept() {
    double prior = PRIOR_ACCEPTED;
    for (int i = 0; i < DEPTHS; i++) {
      prior = byPosition[i].mean(prior, PRIOR_WEIGHT);
      kept[i] = prior;
    }
  }

  /** The same, where the head itself gave it a probability. */
  double kept(int position, double confidence) {
    Fading seen = byConfidence[bin(confidence)];
    return seen.mean(Math.min(0.98, 0.5 * (confidence + kept(position))), PRIOR_WEIGHT);
  }

  /** Probability that a copied token is kept, where all before it were. */
  double keptCopy(int match) {
    int bin = matchBin(match);
    return byMatch[bin].mean(0.5 + 0.08 * bin, PRIOR_WEIGHT);
  }

  /** How much of a copy is worth verifying. */
  int copyLength(int match, int limit) {
    double keptEach = keptCopy(match);
    int most = Math.min(limit, DraftOptions.NGram.standard().most());
    double reach = keptEach;
    int n = 0;
    while (n < most && reach * tokenTime > pass.row()) {
      reach *= keptEach;
      n++;
    }
    return n;
  }

  private static int bin(double confidence) {
    return Math.clamp((int) (confidence * CONFIDENCES), 0, CONFIDENCES - 1);
  }

  // 2, 3, 4 to 5, 6 to 9, 10 to 17, longer.
  private static int matchBin(int match) {
    int bin = match <= 3 ? match - 2 : 33 - Integer.numberOfLeadingZeros(match - 2) - 1;
    return Math.clamp(bin, 0, MATCHES - 1);
  }

  /** What things cost at present; absent before it is known. */
  public Optional<Costs> costs() {
    return isReady()
        ? Optional.of(
            new Costs(pass.of(1), pass.row(), stepCost(0), stepCost(1), probeAfter - plainRounds))
        : Optional.empty();
  }

  /** Every way to run a round, plain decoding first; none before the costs are known. */
  public List<Arm> arms() {
    List<Arm> arms = new ArrayList<>();
    if (!isReady()) {
      return arms;
    }
    arms.add(new Arm("plain", 1, pass.of(1)));
    double expected = 1;
    double reach = 1;
    double drafting = 0;
    for (int k = 1; k <= DEPTHS; k++) {
      reach *= kept(k - 1);
      expected += reach;
      drafting += stepCost(k - 1);
      arms.add(new Arm("mtp, depth " + k, expected, pass.of(k + 1) + drafting));
    }
    for (int match : new int[] {3, 6, 18}) {
      int n = copyLength(match, DraftOptions.NGram.MAX_TOKENS);
      double copied = 1;
      double left = 1;
      for (int i = 0; i < n; i++) {
        left *= keptCopy(match);
        copied += left;
      }
      arms.add(new Arm("ngram, " + match + " agree, " + n + " drafted", copied, pass.of(n + 1)));
    }
    return arms;
  }
}
