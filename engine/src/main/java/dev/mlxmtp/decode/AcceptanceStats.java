package dev.mlxmtp.decode;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Acceptance of a list of rounds, by position in the draft (0 is the first drafted token).
 *
 * @param rounds passes of the model, the prompt's not counted
 * @param drafted how many tokens were drafted at each position
 * @param accepted how many of them were kept: a draft counts only where it and all before it in the
 *     round equal the model's choice
 * @param emitted tokens that the rounds added to the text
 */
public record AcceptanceStats(
    int rounds, List<Integer> drafted, List<Integer> accepted, int emitted) {

  public static AcceptanceStats of(List<Round> rounds) {
    int depth = rounds.stream().mapToInt(r -> r.drafted().length).max().orElse(0);
    Integer[] drafted = new Integer[depth];
    Integer[] accepted = new Integer[depth];
    for (int i = 0; i < depth; i++) {
      int position = i;
      drafted[i] = (int) rounds.stream().filter(r -> r.drafted().length > position).count();
      accepted[i] = (int) rounds.stream().filter(r -> r.accepted() > position).count();
    }
    int emitted = rounds.stream().mapToInt(r -> r.emitted().length).sum();
    return new AcceptanceStats(rounds.size(), List.of(drafted), List.of(accepted), emitted);
  }

  /** Accepted ÷ drafted over all positions; absent where nothing was drafted. */
  public OptionalDouble rate() {
    int offered = drafted.stream().mapToInt(i -> i).sum();
    return offered == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) accepted.stream().mapToInt(i -> i).sum() / offered);
  }

  /** Accepted ÷ drafted at one position; absent where nothing was drafted there. */
  public OptionalDouble rate(int position) {
    return position >= drafted.size() || drafted.get(position) == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) accepted.get(position) / drafted.get(position));
  }

  /** Emitted tokens ÷ passes; absent where there was no pass. */
  public OptionalDouble tokensPerPass() {
    return rounds == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) emitted / rounds);
  }
}
