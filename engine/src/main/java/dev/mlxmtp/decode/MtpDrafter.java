package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.model.Qwen35;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Drafts with the model's MTP head: the first token from the head's output for the newest exact
 * pair, each further one by feeding the head its own output and its own draft. The self-fed entries
 * leave the head's cache again when the exact pairs of what was accepted arrive.
 */
final class MtpDrafter implements Drafter {
  private final Qwen35 model;
  private final DraftOptions.Mtp options;
  private final MtpContext context;
  private final int vocabulary;
  private final Chooser chooser;

  MtpDrafter(
      Qwen35 model, DraftOptions.Mtp options, MtpContext context, int vocabulary, Chooser chooser) {
    this.model = model;
    this.options = options;
    this.context = context;
    this.vocabulary = vocabulary;
    this.chooser = chooser;
  }

  @Override
  public String name() {
    return "mtp";
  }

  @Override
  public Draft propose(int limit, History history) {
    int depth = Math.min(options.depth(), limit);
    return chooser instanceof Chooser.Sampled sampled
        ? sampled(depth, history, sampled)
        : likeliest(depth);
  }

  private Draft likeliest(int depth) {
    List<Array> tokens = new ArrayList<>();
    List<Array> probabilities = new ArrayList<>();
    if (depth > 0) {
      Array m = context.newest();
      while (true) {
        Fast.Greedy choice = Fast.greedy(model.logits(m), vocabulary);
        Array token = choice.token();
        Array probability = choice.probability();
        if (options.minProbability() > 0 && probability.toFloats()[0] < options.minProbability()) {
          break;
        }
        tokens.add(token);
        probabilities.add(probability);
        if (tokens.size() == depth) {
          break;
        }
        m = context.chain(token, m);
      }
    }
    return new Draft(tokens, probabilities);
  }

  // Each draft is drawn as the model would draw in its place: by the same rules, with the drafts
  // before it in the history.
  private Draft sampled(int depth, History history, Chooser.Sampled sampled) {
    List<Array> tokens = new ArrayList<>();
    List<Array> probabilities = new ArrayList<>();
    List<Distribution> distributions = new ArrayList<>();
    int[] drafted = new int[depth];
    Array m = depth > 0 ? context.newest() : null;
    while (tokens.size() < depth) {
      int n = tokens.size();
      Distribution q =
          sampled.distribution(
              model.logits(m), vocabulary, history.with(Arrays.copyOf(drafted, n)));
      int token = sampled.draft(q, history.length() + n);
      float probability = (float) q.probability(token);
      if (probability < options.minProbability()) {
        break;
      }
      drafted[n] = token;
      tokens.add(Array.of(new int[] {token}, 1, 1));
      probabilities.add(Array.of(new float[] {probability}, 1, 1));
      distributions.add(q);
      if (tokens.size() < depth) {
        m = context.chain(tokens.getLast(), m);
      }
    }
    return new Draft(tokens, probabilities, distributions);
  }
}
