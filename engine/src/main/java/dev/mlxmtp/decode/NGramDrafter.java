package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import java.util.ArrayList;
import java.util.List;

/**
 * Drafts what followed the newest tokens when they last occurred, in the prompt or in the answer
 * (prompt lookup, Saxena 2023). Costs nothing, and pays where text is copied.
 */
final class NGramDrafter implements Drafter {
  static final String NAME = "ngram";

  private final DraftOptions.NGram options;
  private final NGramIndex index = new NGramIndex();

  NGramDrafter(DraftOptions.NGram options) {
    this.options = options;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Draft propose(int limit, History history) {
    NGramIndex.Match match = match(history);
    return match.length() < options.shortest() ? Draft.none() : draft(match, limit);
  }

  /** The place that agrees with the text's end. */
  NGramIndex.Match match(History history) {
    index.follow(history.with());
    return index.match();
  }

  /** What followed there. Each token is all that the drafter would have drawn. */
  Draft draft(NGramIndex.Match match, int limit) {
    List<Array> tokens = new ArrayList<>();
    List<Array> probabilities = new ArrayList<>();
    List<Distribution> distributions = new ArrayList<>();
    for (int token : index.from(match.next(), Math.min(limit, options.most()))) {
      tokens.add(Array.of(new int[] {token}, 1, 1));
      probabilities.add(Array.of(new float[] {1}, 1, 1));
      distributions.add(Distribution.of(token));
    }
    return new Draft(tokens, probabilities, distributions);
  }
}
