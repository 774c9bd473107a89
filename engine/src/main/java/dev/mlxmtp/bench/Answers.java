package dev.mlxmtp.bench;

import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.session.Generation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * All answers of a drafter to a prompt.
 *
 * @param number of the prompt in its set, from 1
 * @param warmUp the first, whose time does not count
 * @param timed one a turn
 * @param apart the last, with drafts and verification timed apart; its own time does not count
 * @param flip where one of them, whichever does so first, leaves plain decoding's; absent where
 *     none does, or plain decoding was not measured
 */
public record Answers(
    PromptSet.Entry prompt,
    int number,
    Contender contender,
    Run warmUp,
    List<Run> timed,
    Run apart,
    Optional<Flip> flip) {

  /**
   * One answer.
   *
   * @param promptTokens how many
   * @param tokens emitted, without the stop token
   * @param stopToken that ended it, where one did
   * @param times of its rounds, nanoseconds in all
   * @param timeToFirstToken nanoseconds
   * @param decodeTime nanoseconds from the first token to the last
   * @param peakMemory bytes
   */
  public record Run(
      int promptTokens,
      int[] tokens,
      OptionalInt stopToken,
      AcceptanceStats acceptance,
      Times times,
      long timeToFirstToken,
      long decodeTime,
      long peakMemory) {

    static Run of(Generation g) {
      return new Run(
          g.promptTokens().length,
          g.tokens(),
          g.stopToken(),
          g.acceptance(),
          Times.of(g.rounds()),
          g.timeToFirstToken(),
          g.decodeTime(),
          g.peakMemory());
    }

    Flip.Text text() {
      return new Flip.Text(tokens, stopToken);
    }
  }

  /** Nanoseconds by what they were spent on; drafts are part of verification if not apart. */
  public record Times(double draft, double verify, double host) {
    private static Times of(List<Round> rounds) {
      double draft = 0;
      double verify = 0;
      double host = 0;
      for (Round round : rounds) {
        draft += round.timings().draft().orElse(0);
        verify += round.timings().verify();
        host += round.timings().host();
      }
      return new Times(draft, verify, host);
    }

    Times plus(Times other) {
      return new Times(draft + other.draft, verify + other.verify, host + other.host);
    }
  }

  /** Every run of them. */
  Stream<Run> runs() {
    return Stream.concat(Stream.of(warmUp, apart), timed.stream());
  }
}
