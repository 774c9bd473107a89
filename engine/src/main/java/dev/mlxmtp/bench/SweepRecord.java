package dev.mlxmtp.bench;

import dev.mlxmtp.session.Generation;
import java.util.Arrays;

/**
 * What a cell of a sweep came to.
 *
 * @param tokens of the answer, without the stop token
 * @param ended with a stop token, else at the number of tokens asked for
 */
public record SweepRecord(SweepCell cell, SweepCounts counts, int[] tokens, boolean ended) {
  static SweepRecord of(SweepCell cell, Generation answer) {
    return new SweepRecord(
        cell, SweepCounts.of(answer), answer.tokens(), answer.stopToken().isPresent());
  }

  /** True where both answers are the same text. */
  boolean sameText(SweepRecord other) {
    return ended == other.ended && Arrays.equals(tokens, other.tokens);
  }
}
