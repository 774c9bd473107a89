package dev.mlxmtp.session;

import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.Round;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A finished answer with everything that was measured of it.
 *
 * @param decoder what drafted and how, for example {@code mtp, depth 2}
 * @param promptTokens the prompt
 * @param reusedTokens how many of them the caches held already
 * @param tokens what was emitted, without the stop token
 * @param stopToken that ended it, where one did
 * @param text of the tokens, cut before a stop text
 * @param rounds passes after the prompt's; the first token is the prompt's own pass's
 * @param timeToFirstToken nanoseconds from the request to the first token
 * @param decodeTime nanoseconds from the first token to the last
 * @param peakMemory bytes of MLX at most during the request
 */
public record Generation(
    String decoder,
    int[] promptTokens,
    int reusedTokens,
    int[] tokens,
    OptionalInt stopToken,
    String text,
    FinishReason finishReason,
    List<Round> rounds,
    long timeToFirstToken,
    long decodeTime,
    long peakMemory) {

  /** Why an answer ended. */
  public enum FinishReason {
    /** A stop token or a stop text. */
    STOP,
    /** The number of tokens asked for, or the end of the context. */
    LENGTH,
    CANCELLED
  }

  /** Acceptance by position, from the rounds. */
  public AcceptanceStats acceptance() {
    return AcceptanceStats.of(rounds);
  }

  /** Tokens that the rounds emitted ÷ their time; absent where there was no round. */
  public OptionalDouble tokensPerSecond() {
    int emitted = acceptance().emitted();
    return emitted == 0 || decodeTime <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(emitted / (decodeTime / 1e9));
  }
}
