package dev.mlxmtp.decode;

import java.util.Optional;
import java.util.function.Function;

/**
 * Chooses drafter and depth anew for each round, none among them: by what a pass, a row and a step
 * of the head cost here, by how often drafts are kept, and by how sure the head is of this one.
 * Where nothing pays it decodes plainly and tries again ever more rarely.
 */
final class AdaptiveDrafter implements Drafter {
  // The first rounds of a session, over and over until the costs of both kinds of pass and of both
  // kinds of step are known.
  private static final int[] FIRST_DEPTHS = {0, 2, 4};
  // Deep enough for a chained step.
  private static final int PROBE_DEPTH = 2;
  // What plain decoding takes has to stay known where it is never the best.
  private static final int PLAIN_PROBE = 32;

  private final Speculation learnt;
  private final Optional<MtpDrafter> mtp;
  private final NGramDrafter copies;
  private final int deepest;

  private String drafter = NoDrafter.NAME;
  private int match;
  private int depth;
  private double draftNanos;
  private int rounds;
  private boolean probing;
  private double bestGain;

  /**
   * @param learnt what the session knows already
   * @param deepest drafts of the head a round
   * @param head makes the drafter of the head, which is asked by this rule; absent without a head
   */
  AdaptiveDrafter(Speculation learnt, int deepest, Optional<Function<ChainRule, MtpDrafter>> head) {
    this.learnt = learnt;
    this.deepest = deepest;
    this.mtp = head.map(maker -> maker.apply(new Worthwhile()));
    this.copies = new NGramDrafter(DraftOptions.NGram.standard());
  }

  @Override
  public String name() {
    return drafter;
  }

  @Override
  public Draft propose(int limit, History history) {
    long start = System.nanoTime();
    Draft draft = choose(limit, history);
    draftNanos = System.nanoTime() - start;
    if (draft.size() == 0) {
      drafter = NoDrafter.NAME;
    }
    return draft;
  }

  private Draft choose(int limit, History history) {
    probing = false;
    if (!isReady()) {
      depth = FIRST_DEPTHS[rounds % FIRST_DEPTHS.length];
      return drafted(limit, history);
    }
    if (learnt.rounds() % PLAIN_PROBE == PLAIN_PROBE / 2) {
      depth = 0;
      return drafted(limit, history);
    }
    NGramIndex.Match found = copies.match(history);
    int copied = found.length() < 3 ? 0 : learnt.copyLength(found.length(), limit);
    depth = bestDepth();
    if (copied > 0 && copyGain(found.length(), copied) > bestGain) {
      drafter = NGramDrafter.NAME;
      match = found.length();
      return copies.draft(found, copied);
    }
    if (depth > 0) {
      learnt.draftingPays();
    }
    probing =
        depth == 0
            ? mtp.isPresent() && learnt.isTimeToProbe()
            : depth == 1 && learnt.isChainForgotten();
    if (probing) {
      depth = Math.min(PROBE_DEPTH, deepest);
    }
    return drafted(limit, history);
  }

  // Without a head there is nothing to learn but what rows cost.
  private boolean isReady() {
    return mtp.isPresent() ? learnt.isReady() : rounds > 0;
  }

  private Draft drafted(int limit, History history) {
    drafter = MtpDrafter.NAME;
    return depth == 0 || mtp.isEmpty() ? Draft.none() : mtp.get().propose(limit, history);
  }

  // Gains are in tokens: what a round emits beyond one, less what its cost would have bought.
  private int bestDepth() {
    int best = 0;
    double gain = 0;
    double reach = 1;
    bestGain = 0;
    for (int k = 1; k <= deepest && mtp.isPresent(); k++) {
      reach *= learnt.kept(k - 1);
      gain += reach - (learnt.stepCost(k - 1) + learnt.rowCost()) / learnt.tokenTime();
      if (gain > bestGain) {
        bestGain = gain;
        best = k;
      }
    }
    return best;
  }

  private double copyGain(int found, int n) {
    double kept = learnt.keptCopy(found);
    double gain = 0;
    double reach = 1;
    for (int i = 0; i < n; i++) {
      reach *= kept;
      gain += reach - learnt.rowCost() / learnt.tokenTime();
    }
    return gain;
  }

  @Override
  public void learn(Round round, long nanos) {
    rounds++;
    learnt.observe(round, draftNanos, nanos);
    switch (drafter) {
      case MtpDrafter.NAME -> learnt.observeDraft(round);
      case NGramDrafter.NAME -> learnt.observeCopy(round, match);
      default -> {}
    }
  }

  /** Goes on with a chain as long as the next draft is worth its cost. */
  private final class Worthwhile implements ChainRule {
    private double reach;
    private long since;

    @Override
    public boolean reads() {
      return true;
    }

    @Override
    public boolean begins(int position) {
      if (position == 0) {
        reach = 1;
      }
      boolean forced = probing || !learnt.isReady() || position == 0;
      boolean begins =
          forced
              ? position < depth
              : position < deepest
                  && reach * learnt.kept(position) * learnt.tokenTime()
                      > learnt.stepCost(position) + learnt.rowCost();
      since = System.nanoTime();
      return begins;
    }

    @Override
    public boolean keeps(int position, float confidence) {
      learnt.observeStep(position, System.nanoTime() - since);
      // What is not offered is never judged, and nothing is learnt of it.
      if (probing || !learnt.isReady()) {
        return true;
      }
      reach *= learnt.kept(position, confidence);
      return reach * learnt.tokenTime() > learnt.rowCost();
    }
  }
}
