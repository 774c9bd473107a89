package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.model.Qwen35;
import java.util.ArrayList;
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

  MtpDrafter(Qwen35 model, DraftOptions.Mtp options, MtpContext context, int vocabulary) {
    this.model = model;
    this.options = options;
    this.context = context;
    this.vocabulary = vocabulary;
  }

  @Override
  public String name() {
    return "mtp";
  }

  @Override
  public Draft propose(int limit) {
    int depth = Math.min(options.depth(), limit);
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
}
