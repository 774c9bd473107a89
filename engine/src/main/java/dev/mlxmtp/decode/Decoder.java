package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.ModelCache;
import dev.mlxmtp.model.OutputHead;
import dev.mlxmtp.model.Qwen35;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The decode loop (Leviathan et al. 2023). With t_p the newest token, not yet run through the
 * model, a round
 *
 * <ol>
 *   <li>drafts {@code d_1 … d_k},
 *   <li>verifies: one pass over {@code [t_p, d_1 … d_k]} gives the model's choices {@code y_0 …
 *       y_k}, likeliest tokens or samples,
 *   <li>accepts the longest prefix with {@code d_j = y_{j-1}}, say a tokens, and emits them and
 *       {@code y_a},
 *   <li>rolls the caches back to the a + 1 rows that stay.
 * </ol>
 *
 * With k = 0 this is plain decoding. Engine thread only.
 */
public final class Decoder implements AutoCloseable {
  private final Qwen35 model;
  private final Sequence sequence;
  private final DecodeOptions options;
  private final Drafter drafter;
  private final Verifier verifier;
  private final Scope owner = Scope.detached();
  private final Optional<Lookahead> lookahead;
  private Optional<Draft> prepared = Optional.empty();
  private int newest = -1;

  /**
   * @param sequence covers the whole prompt
   * @param learnt what earlier texts taught of speculation; goes on learning
   */
  public Decoder(Qwen35 model, Sequence sequence, DecodeOptions options, Speculation learnt) {
    this.model = model;
    this.sequence = sequence;
    this.options = options;
    Chooser chooser = Chooser.of(options.sampling(), options.coupling(), sequence.length());
    this.verifier = new Verifier(chooser, options.vocabulary(), options.records());
    boolean plain = options.draft() instanceof DraftOptions.None && options.sampling().isArgmax();
    this.lookahead =
        plain && overlaps()
            ? Optional.of(new Lookahead(model, sequence, options.vocabulary()))
            : Optional.empty();
    this.drafter =
        switch (options.draft()) {
          case DraftOptions.None() -> new NoDrafter();
          case DraftOptions.NGram copies -> new NGramDrafter(copies);
          case DraftOptions.Auto auto ->
              new AdaptiveDrafter(
                  learnt,
                  auto.most(),
                  sequence
                      .mtp()
                      .map(context -> rule -> new MtpDrafter(rule, context, head(), chooser)));
          case DraftOptions.Mtp mtp ->
              new MtpDrafter(
                  new ChainRule.Fixed(mtp.depth(), mtp.minProbability()),
                  sequence
                      .mtp()
                      .orElseThrow(
                          () ->
                              new IllegalArgumentException(
                                  "This model has no MTP head to draft with.")),
                  head(),
                  chooser);
        };
  }

  private OutputHead head() {
    return model.draftHead(options.draftHead(), options.vocabulary());
  }

  /**
   * Chooses the first token from the pass that ended the prompt.
   *
   * @param hidden of that pass
   */
  public int first(Hidden hidden) {
    try (var _ = Scope.open()) {
      int rows = hidden.postNorm().dim(1);
      newest =
          verifier.choose(model.logits(hidden.rows(rows - 1, rows).postNorm()), sequence.tokens());
      sequence.next(newest);
      return newest;
    }
  }

  /**
   * Runs one round after the newest token.
   *
   * @param budget tokens that may still be emitted, at least 1
   */
  public Round round(int budget) {
    try (var _ = Scope.open()) {
      return lookahead.isPresent() ? plainRound(lookahead.get(), budget) : draftedRound(budget);
    }
  }

  private Round draftedRound(int budget) {
    Proposed proposed = propose(budget);
    try (TargetPass pass =
        TargetPass.of(model, sequence.cache(), proposed.rows(), options.verification())) {
      return judge(proposed, pass, budget);
    }
  }

  /**
   * What is to be verified.
   *
   * @param rows int32 {@code [1, k + 1]}: the newest token and the drafts after it
   * @param start of the round
   * @param draftTime where phases are timed apart
   */
  record Proposed(Draft draft, Array rows, long start, OptionalDouble draftTime) {}

  /** The first half of a round. */
  Proposed propose(int budget) {
    long start = System.nanoTime();
    Draft draft = prepared.orElseGet(() -> drafter.propose(budget - 1, history()));
    OptionalDouble draftTime = waitFor(draft, start);
    return new Proposed(draft, rows(draft), start, draftTime);
  }

  /** The caches that the pass between the halves moves on. */
  ModelCache cache() {
    return sequence.cache();
  }

  /** True where the drafter goes by what its rounds cost, so that none may be run with others. */
  boolean goesByTime() {
    return drafter instanceof AdaptiveDrafter;
  }

  /** The second half of a round. */
  Round judge(Proposed proposed, TargetPass pass, int budget) {
    Draft draft = proposed.draft();
    long start = proposed.start();
    OptionalDouble draftTime = proposed.draftTime();
    long built = System.nanoTime();
    Verifier.Verdict verdict = verifier.verify(draft, pass.logits(), history());
    charge(draft.size() * (System.nanoTime() - built));
    long verified = System.nanoTime();

    int[] emitted = emitted(verdict);
    int[] rows = Verifier.prepend(newest, verdict.drafted());
    pass.rollback(emitted.length);
    sequence.accept(Arrays.copyOf(rows, emitted.length), pass.hidden(), emitted);
    newest = emitted[emitted.length - 1];
    OptionalDouble rollback = waitForCaches();
    prepare(budget - emitted.length);

    int accepted = Math.min(verdict.accepted(), emitted.length);
    long apart = (long) (draftTime.orElse(0) + rollback.orElse(0));
    long host = System.nanoTime() - start - (verified - built) - apart;
    Round round =
        new Round(
            sequence.length() - emitted.length + 1,
            draft.size() == 0 ? NoDrafter.NAME : drafter.name(),
            verdict.drafted(),
            verdict.draftProbabilities(),
            verdict.targetProbabilities(),
            verdict.targetRanks(),
            accepted,
            emitted.length > accepted ? OptionalInt.of(newest) : OptionalInt.empty(),
            new Round.Timings(host, draftTime, verified - built, rollback));
    drafter.learn(round, System.nanoTime() - start);
    return round;
  }

  private Round plainRound(Lookahead ahead, int budget) {
    long start = System.nanoTime();
    Array choice = ahead.start(newest, budget > 1);
    long built = System.nanoTime();
    int chosen = choice.item();
    long verified = System.nanoTime();
    ahead.accept(newest, chosen);
    newest = chosen;
    return new Round(
        sequence.length(),
        drafter.name(),
        new int[0],
        new float[0],
        new float[0],
        new int[0],
        0,
        OptionalInt.of(chosen),
        new Round.Timings(
            System.nanoTime() - start - (verified - built),
            OptionalDouble.empty(),
            verified - built,
            OptionalDouble.empty()));
  }

  // The next draft is under way while the caller still handles this round. Where the host must read
  // a draft, to cut it by its probability or to draw it, there is nothing to overlap.
  private void prepare(int budget) {
    prepared.ifPresent(Draft::free);
    prepared = Optional.empty();
    boolean more = budget > 1 && !options.stopTokens().contains(newest);
    if (more
        && options.draft() instanceof DraftOptions.Mtp mtp
        && mtp.minProbability() == 0
        && options.sampling().isArgmax()
        && overlaps()) {
      Draft next = drafter.propose(budget - 1, history());
      Ops.asyncEval(next.adoptedBy(owner));
      prepared = Optional.of(next);
    }
  }

  private boolean overlaps() {
    return !model.usesAllProcessors() && !options.timePhases();
  }

  /** Undoes what was begun ahead of the newest token. Closing twice does nothing. */
  @Override
  public void close() {
    lookahead.ifPresent(Lookahead::close);
    owner.close();
  }

  private Array rows(Draft draft) {
    Array last = Array.of(new int[] {newest}, 1, 1);
    if (draft.size() == 0) {
      return last;
    }
    List<Array> all = new ArrayList<>();
    all.add(last);
    all.addAll(draft.tokens());
    return Ops.concatenate(all, 1);
  }

  private History history() {
    return new History(sequence, newest);
  }

  // The accepted drafts and the model's next token, cut after the first stop token.
  private int[] emitted(Verifier.Verdict verdict) {
    int n = 0;
    while (n < verdict.accepted() && !options.stopTokens().contains(verdict.choices()[n])) {
      n++;
    }
    return Arrays.copyOf(verdict.choices(), n + 1);
  }

  private void charge(long nanos) {
    if (options.dearRows()) {
      long end = System.nanoTime() + nanos;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }
  }

  private OptionalDouble waitForCaches() {
    if (!options.timePhases()) {
      return OptionalDouble.empty();
    }
    long start = System.nanoTime();
    sequence.cache().reach();
    return OptionalDouble.of(System.nanoTime() - start);
  }

  // From the round's start, since what reads its drafts as it makes them has waited already.
  private OptionalDouble waitFor(Draft draft, long start) {
    if (!options.timePhases() || draft.size() == 0) {
      return OptionalDouble.empty();
    }
    Ops.eval(draft.tokens());
    return OptionalDouble.of(System.nanoTime() - start);
  }
}
