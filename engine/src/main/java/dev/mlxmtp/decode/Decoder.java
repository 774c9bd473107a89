package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.Pass;
import dev.mlxmtp.model.Qwen35;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The decode loop (Leviathan et al. 2023, greedy case). With t_p the newest token, not yet run
 * through the model, a round
 *
 * <ol>
 *   <li>drafts {@code d_1 … d_k},
 *   <li>verifies: one pass over {@code [t_p, d_1 … d_k]} gives the model's choices {@code y_0 …
 *       y_k},
 *   <li>accepts the longest prefix with {@code d_j = y_{j-1}}, say a tokens, and emits them and
 *       {@code y_a},
 *   <li>rolls the caches back to the a + 1 rows that stay.
 * </ol>
 *
 * With k = 0 this is plain decoding. Engine thread only.
 */
public final class Decoder {
  private final Qwen35 model;
  private final Sequence sequence;
  private final DecodeOptions options;
  private final Drafter drafter;
  private final Verifier verifier;
  private int newest = -1;

  /**
   * @param sequence covers the whole prompt
   */
  public Decoder(Qwen35 model, Sequence sequence, DecodeOptions options) {
    this.model = model;
    this.sequence = sequence;
    this.options = options;
    this.verifier = new Verifier(options.sampling(), options.vocabulary());
    this.drafter =
        switch (options.draft()) {
          case DraftOptions.None() -> new NoDrafter();
          case DraftOptions.Mtp mtp ->
              new MtpDrafter(
                  model,
                  mtp,
                  sequence
                      .mtp()
                      .orElseThrow(
                          () ->
                              new IllegalArgumentException(
                                  "This model has no MTP head to draft with.")),
                  options.vocabulary());
        };
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
    long start = System.nanoTime();
    try (var _ = Scope.open()) {
      Draft draft = drafter.propose(budget - 1);
      OptionalDouble draftTime = waitFor(draft);

      Array rows = rows(draft);
      Hidden hidden =
          model.forward(rows, sequence.cache(), draft.size() == 0 ? Pass.COMMIT : Pass.VERIFY);
      Array logits = model.logits(hidden.postNorm());
      long built = System.nanoTime();
      Verifier.Verdict verdict = verdict(draft, logits);
      long verified = System.nanoTime();

      int[] emitted = emitted(verdict);
      int[] ran = Verifier.prepend(newest, verdict.drafted());
      sequence.accept(ran, hidden, emitted.length, emitted);
      newest = emitted[emitted.length - 1];

      int accepted = Math.min(verdict.accepted(), emitted.length);
      long host = System.nanoTime() - start - (verified - built) - (long) draftTime.orElse(0);
      return new Round(
          sequence.length() - emitted.length + 1,
          drafter.name(),
          verdict.drafted(),
          verdict.draftProbabilities(),
          verdict.targetProbabilities(),
          accepted,
          emitted.length > accepted ? OptionalInt.of(newest) : OptionalInt.empty(),
          new Round.Timings(host, draftTime, verified - built));
    }
  }

  private Array rows(Draft draft) {
    Array last = Array.of(new int[] {newest}, 1, 1);
    if (draft.size() == 0) {
      return last;
    }
    var all = new java.util.ArrayList<Array>(draft.size() + 1);
    all.add(last);
    all.addAll(draft.tokens());
    return Ops.concatenate(all, 1);
  }

  private Verifier.Verdict verdict(Draft draft, Array logits) {
    if (options.sampling().isArgmax()) {
      return verifier.verify(draft, logits);
    }
    int choice = verifier.choose(logits, Verifier.append(sequence.tokens(), newest));
    return new Verifier.Verdict(new int[0], new float[0], new float[0], new int[] {choice});
  }

  // The accepted drafts and the model's next token, cut after the first stop token.
  private int[] emitted(Verifier.Verdict verdict) {
    int n = 0;
    while (n < verdict.accepted() && !options.stopTokens().contains(verdict.choices()[n])) {
      n++;
    }
    return Arrays.copyOf(verdict.choices(), n + 1);
  }

  private OptionalDouble waitFor(Draft draft) {
    if (!options.timePhases() || draft.size() == 0) {
      return OptionalDouble.empty();
    }
    long start = System.nanoTime();
    Ops.eval(draft.tokens());
    return OptionalDouble.of(System.nanoTime() - start);
  }
}
