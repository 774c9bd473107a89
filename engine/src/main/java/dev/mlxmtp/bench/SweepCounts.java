package dev.mlxmtp.bench;

import dev.mlxmtp.decode.Round;
import dev.mlxmtp.session.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Drafts of some answers by position, 0 for the first drafted token. Drafts past the end of a text
 * are left out: the model chose nothing in their place.
 *
 * @param passes of the model, the prompts' not counted
 * @param emitted tokens that the passes added
 * @param drafted at each position
 * @param judged of these, those before which all were accepted, so that the model chose in their
 *     place
 * @param accepted of these, those that were kept
 */
public record SweepCounts(
    int passes, int emitted, List<Integer> drafted, List<Integer> judged, List<Integer> accepted) {

  /** Of no answer. */
  public static final SweepCounts NONE = new SweepCounts(0, 0, List.of(), List.of(), List.of());

  /**
   * @throws IllegalArgumentException where the counts contradict each other
   */
  public SweepCounts {
    drafted = List.copyOf(drafted);
    judged = List.copyOf(judged);
    accepted = List.copyOf(accepted);
    boolean sound =
        judged.size() == drafted.size()
            && accepted.size() == drafted.size()
            && passes >= 0
            && emitted >= 0;
    for (int i = 0; sound && i < drafted.size(); i++) {
      sound =
          0 <= accepted.get(i)
              && accepted.get(i) <= judged.get(i)
              && judged.get(i) <= drafted.get(i)
              && drafted.get(i) <= passes;
    }
    if (!sound) {
      throw new IllegalArgumentException("These counts contradict each other.");
    }
  }

  static SweepCounts of(Generation answer) {
    int end =
        answer.promptTokens().length
            + answer.tokens().length
            + (answer.stopToken().isPresent() ? 1 : 0);
    List<Round> rounds = answer.rounds();
    int[] inside =
        rounds.stream()
            .mapToInt(r -> Math.clamp(end - r.position(), 0, r.drafted().length))
            .toArray();
    List<Integer> drafted = new ArrayList<>();
    List<Integer> judged = new ArrayList<>();
    List<Integer> accepted = new ArrayList<>();
    for (int i = 0; i < IntStream.of(inside).max().orElse(0); i++) {
      int d = 0;
      int j = 0;
      int a = 0;
      for (int r = 0; r < inside.length; r++) {
        if (inside[r] > i) {
          d++;
          j += rounds.get(r).accepted() >= i ? 1 : 0;
          a += rounds.get(r).accepted() > i ? 1 : 0;
        }
      }
      drafted.add(d);
      judged.add(j);
      accepted.add(a);
    }
    int emitted = rounds.stream().mapToInt(r -> r.emitted().length).sum();
    return new SweepCounts(rounds.size(), emitted, drafted, judged, accepted);
  }

  /** With those of other answers. */
  public SweepCounts plus(SweepCounts other) {
    return new SweepCounts(
        passes + other.passes,
        emitted + other.emitted,
        sum(drafted, other.drafted),
        sum(judged, other.judged),
        sum(accepted, other.accepted));
  }

  private static List<Integer> sum(List<Integer> a, List<Integer> b) {
    return IntStream.range(0, Math.max(a.size(), b.size()))
        .mapToObj(i -> at(a, i) + at(b, i))
        .toList();
  }

  private static int at(List<Integer> counts, int i) {
    return i < counts.size() ? counts.get(i) : 0;
  }

  private static int total(List<Integer> counts) {
    return counts.stream().mapToInt(n -> n).sum();
  }

  /** Accepted of drafted, over all positions. */
  public Share overall() {
    return new Share(total(accepted), total(drafted));
  }

  /** Accepted of drafted at a position: it and all before it are the model's choice. */
  public Share at(int position) {
    return new Share(at(accepted, position), at(drafted, position));
  }

  /** Accepted of judged at a position: it is the model's choice where all before it are. */
  public Share given(int position) {
    return new Share(at(accepted, position), at(judged, position));
  }

  /** Accepted drafts ÷ passes; absent where there was no pass. */
  public OptionalDouble acceptedPerPass() {
    return perPass(total(accepted));
  }

  /** Emitted tokens ÷ passes; absent where there was no pass. */
  public OptionalDouble tokensPerPass() {
    return perPass(emitted);
  }

  private OptionalDouble perPass(int n) {
    return passes == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) n / passes);
  }
}
