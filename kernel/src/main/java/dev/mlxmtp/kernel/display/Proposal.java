package dev.mlxmtp.kernel.display;

import dev.mlxmtp.decode.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A drafted token.
 *
 * @param round the pass that judged it, from 0
 * @param position in its draft, from 1
 * @param token what was proposed
 * @param head probability that the drafter gave it
 * @param target probability that the model gave it, after the drafts before it; absent where no
 *     such records were kept, like the rank
 * @param rank its place among the model's choices there, 1 for the likeliest
 * @param outcome what became of it
 */
public record Proposal(
    int round,
    int position,
    int token,
    double head,
    OptionalDouble target,
    OptionalInt rank,
    Outcome outcome) {

  /** What becomes of a drafted token. */
  public enum Outcome {
    /** It is part of the answer. */
    ACCEPTED,
    /** The model chose otherwise in its place. */
    REJECTED,
    /** The text went on otherwise, or ended, before its place. */
    UNREACHED
  }

  /** All that some rounds proposed, in order. */
  public static List<Proposal> of(List<Round> rounds) {
    List<Proposal> proposals = new ArrayList<>();
    for (int i = 0; i < rounds.size(); i++) {
      for (int d = 0; d < rounds.get(i).drafted().length; d++) {
        proposals.add(of(i, rounds.get(i), d));
      }
    }
    return proposals;
  }

  /**
   * One of a round's.
   *
   * @param index of the round in its answer, from 0
   * @param i place in the draft, from 0
   */
  static Proposal of(int index, Round round, int i) {
    Outcome outcome =
        i < round.accepted()
            ? Outcome.ACCEPTED
            : i == round.accepted() && round.bonus().isPresent()
                ? Outcome.REJECTED
                : Outcome.UNREACHED;
    return new Proposal(
        index,
        i + 1,
        round.drafted()[i],
        round.draftProbabilities()[i],
        round.targetProbability(i),
        round.targetRank(i),
        outcome);
  }

  /** True where it is part of the answer. */
  public boolean accepted() {
    return outcome == Outcome.ACCEPTED;
  }

  /** True where the model's choice was between this token and others. */
  public boolean judged() {
    return outcome != Outcome.UNREACHED;
  }
}
