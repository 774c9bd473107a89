package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.OutputHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Drafts with the model's MTP head: the first token from the head's output for the newest exact
 * pair, each further one by feeding the head its own output and its own draft. The self-fed entries
 * leave the head's cache again when the exact pairs of what was accepted arrive.
 */
final class MtpDrafter implements Drafter {
  static final String NAME = "mtp";

  private final ChainRule rule;
  private final MtpContext context;
  private final OutputHead head;
  private final Chooser chooser;

  MtpDrafter(ChainRule rule, MtpContext context, OutputHead head, Chooser chooser) {
    this.rule = rule;
    this.context = context;
    this.head = head;
    this.chooser = chooser;
  }

  @Override
  public String name() {
    return NAME;
  }

  /**
   * One step of the chain: the token with its probability, from what it was drawn, and by what the
   * chain may end before it.
   */
  private record Step(
      Array token, Array probability, List<Distribution> drawnFrom, Array confidence) {}

  @Override
  public Draft propose(int limit, History history) {
    List<Array> tokens = new ArrayList<>();
    List<Array> probabilities = new ArrayList<>();
    List<Distribution> distributions = new ArrayList<>();
    Optional<Hidden> output = Optional.empty();
    for (int n = 0; n < limit && rule.begins(n); n++) {
      Hidden m =
          output.isEmpty() ? context.newest() : context.chain(tokens.getLast(), output.get());
      output = Optional.of(m);
      Step step = step(m.postNorm(), history, tokens);
      if (rule.reads() && !rule.keeps(n, step.confidence().toFloats()[0])) {
        break;
      }
      tokens.add(step.token());
      probabilities.add(step.probability());
      distributions.addAll(step.drawnFrom());
    }
    return new Draft(tokens, probabilities, distributions);
  }

  private Step step(Array m, History history, List<Array> drafted) {
    Array logits = head.logits(m);
    return switch (chooser) {
      case Chooser.Argmax() -> {
        Fast.Greedy likeliest = Fast.greedy(logits, head.candidates());
        Array probability = likeliest.probability();
        yield new Step(head.tokens(likeliest.token()), probability, List.of(), probability);
      }
      case Chooser.Sampled sampled -> {
        // As the model would draw in its place: by the same rules, with the drafts before it.
        int[] before = drafted.stream().mapToInt(Array::item).toArray();
        float[] candidates = Ops.slice(logits, -1, 0, head.candidates()).toFloats();
        Distribution q =
            sampled.sampler().distribution(head.byToken(candidates), () -> history.with(before));
        int token = sampled.draft(q, history.length() + before.length);
        yield new Step(
            Array.of(new int[] {token}, 1, 1),
            Array.of(new float[] {(float) q.probability(token)}, 1, 1),
            List.of(q),
            Array.of(new float[] {(float) sampled.confidence(q, token)}, 1, 1));
      }
    };
  }
}
