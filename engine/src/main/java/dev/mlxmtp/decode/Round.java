package dev.mlxmtp.decode;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One pass of the loop: what was drafted, what of it the model accepted, and the token of its own
 * that followed. Every statistic derives from rounds.
 *
 * @param position index in the sequence of the first token that the round could emit
 * @param drafter who drafted
 * @param drafted proposed tokens, k of them
 * @param draftProbabilities what the drafter gave each
 * @param targetProbabilities what the model gave each, in its place; empty where no such records
 *     were asked for. Where the rules of sampling are more than a temperature, they are applied up
 *     to the first draft that was not accepted, and there this ends
 * @param targetRanks the place of each among the model's choices there, 1 for its likeliest; one
 *     that the sampling rules exclude comes after all that they leave; empty like the probabilities
 * @param accepted how many of the drafted tokens were kept; those after a stop token are not
 * @param bonus the model's own token after the accepted ones, absent where an accepted one ended
 *     the text
 * @param timings where the time went
 */
public record Round(
    int position,
    String drafter,
    int[] drafted,
    float[] draftProbabilities,
    float[] targetProbabilities,
    int[] targetRanks,
    int accepted,
    OptionalInt bonus,
    Timings timings) {

  /**
   * Nanoseconds.
   *
   * @param host building the graphs and everything else in Java
   * @param draft until the drafts are there; only where phases are timed apart, which costs a
   *     synchronization
   * @param verify waiting for the model, and for the drafter where phases are not timed apart
   * @param rollback until the caches are back at the accepted rows; only where phases are timed
   *     apart, since it is else a part of the next round's pass
   */
  public record Timings(long host, OptionalDouble draft, long verify, OptionalDouble rollback) {
    public double total() {
      return host + draft.orElse(0) + verify + rollback.orElse(0);
    }
  }

  /** True where the MTP head drafted: its probabilities are its own, a copy's are always 1. */
  public boolean isByHead() {
    return drafter.equals(MtpDrafter.NAME);
  }

  /** What the model gave draft i in its place; absent where that was not recorded. */
  public OptionalDouble targetProbability(int i) {
    return i < targetProbabilities.length
        ? OptionalDouble.of(targetProbabilities[i])
        : OptionalDouble.empty();
  }

  /** The place of draft i among the model's choices; absent where that was not recorded. */
  public OptionalInt targetRank(int i) {
    return i < targetRanks.length ? OptionalInt.of(targetRanks[i]) : OptionalInt.empty();
  }

  /** The tokens this round adds to the text: the accepted drafts and the bonus. */
  public int[] emitted() {
    int[] tokens = Arrays.copyOf(drafted, accepted + (bonus.isPresent() ? 1 : 0));
    bonus.ifPresent(b -> tokens[accepted] = b);
    return tokens;
  }

  @Override
  public String toString() {
    return "Round[position="
        + position
        + ", drafted="
        + Arrays.toString(drafted)
        + ", accepted="
        + accepted
        + bonus.stream().mapToObj(b -> ", bonus=" + b).findFirst().orElse("")
        + "]";
  }
}
