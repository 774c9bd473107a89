package dev.mlxmtp.decode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Rounds of the decode loop without its passes: the program's rules draw and judge drafts from
 * distributions that are made once. Engine thread only.
 */
final class MemoizedRounds {
  static final int DEPTH = 2;

  /** What stands in a draft's place. */
  interface Judge {
    int judge(Chooser.Sampled chooser, int drafted, Distribution p, Distribution q, int position);
  }

  /**
   * What a round adds to the text.
   *
   * @param emitted the accepted drafts and the token after them
   */
  record Drawn(List<Integer> emitted, int accepted) {}

  private record Asked(List<Integer> known, List<Integer> drafted) {}

  private final ContextLogits logits;
  private final Sampler ofModel;
  private final Sampler ofHead;
  private final Judge judge;
  private final Map<List<Integer>, Distribution> targets = new HashMap<>();
  private final Map<Asked, Distribution> drafts = new HashMap<>();

  MemoizedRounds(ContextLogits logits, SamplingOptions options) {
    this(logits, options, options, Chooser.Sampled::judge);
  }

  /**
   * Rounds by other rules.
   *
   * @param ofModel makes p of the model's logits
   * @param ofHead makes q of the head's
   */
  MemoizedRounds(
      ContextLogits logits, SamplingOptions ofModel, SamplingOptions ofHead, Judge judge) {
    this.logits = logits;
    this.ofModel = new Sampler(ofModel, 0);
    this.ofHead = new Sampler(ofHead, 0);
    this.judge = judge;
  }

  static SamplingOptions seeded(SamplingOptions o, long seed) {
    return new SamplingOptions(
        o.temperature(), o.topK(), o.topP(), o.minP(), o.repetitionPenalty(), seed);
  }

  /** Chooses with the noise of a seed. */
  static Chooser.Sampled chooser(SamplingOptions options, Coupling coupling, long seed) {
    return new Chooser.Sampled(new Sampler(seeded(options, seed), 0), coupling);
  }

  /** What the model may choose after {@code known}. */
  Distribution target(List<Integer> known) {
    return targets.computeIfAbsent(
        known, k -> ofModel.distribution(logits.model(k), () -> logits.history(k)));
  }

  private Distribution draft(List<Integer> known, List<Integer> drafted) {
    return drafts.computeIfAbsent(
        new Asked(known, drafted),
        asked ->
            ofHead.distribution(
                logits.head(known, asked.drafted()),
                () -> logits.history(joined(known, asked.drafted()))));
  }

  /** A whole round after {@code known}. */
  Drawn round(Chooser.Sampled chooser, List<Integer> known) {
    return round(chooser, known, emitted -> true);
  }

  /** The tokens after {@code known}, for as long as more are wanted. */
  List<Integer> text(
      Chooser.Sampled chooser, List<Integer> known, Predicate<List<Integer>> wantsMore) {
    List<Integer> text = List.of();
    while (wantsMore.test(text)) {
      List<Integer> before = text;
      Drawn drawn =
          round(chooser, joined(known, before), emitted -> wantsMore.test(joined(before, emitted)));
      text = joined(before, drawn.emitted());
    }
    return text;
  }

  // Drafts are drawn where the one before was accepted: the noise of a place is the same whether
  // it is asked for or not.
  private Drawn round(
      Chooser.Sampled chooser, List<Integer> known, Predicate<List<Integer>> wantsMore) {
    List<Integer> emitted = List.of();
    int accepted = 0;
    boolean ended = false;
    while (!ended) {
      int position = logits.history(known).length + emitted.size();
      Distribution p = target(joined(known, emitted));
      int token;
      if (accepted == DEPTH) {
        token = chooser.choose(p, position);
        ended = true;
      } else {
        Distribution q = draft(known, emitted);
        int drafted = chooser.draft(q, position);
        token = judge.judge(chooser, drafted, p, q, position);
        accepted += token == drafted ? 1 : 0;
        ended = token != drafted;
      }
      emitted = joined(emitted, List.of(token));
      ended |= !wantsMore.test(emitted);
    }
    return new Drawn(emitted, accepted);
  }

  private static List<Integer> joined(List<Integer> before, List<Integer> after) {
    return Stream.concat(before.stream(), after.stream()).toList();
  }
}
