package dev.mlxmtp.bench;

import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.LogitGap;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Where a drafter's text leaves another one, plain decoding's for example.
 *
 * @param token the first that is another, from 1; the one that ends a text counts
 * @param expected what stands in that place there; absent where that text ends before
 * @param found what stands there in this text
 * @param gap between the two; absent where there is only one, or where the texts are not meant to
 *     be the same
 */
public record Flip(
    int token, Optional<Choice> expected, Optional<Choice> found, Optional<LogitGap> gap) {

  /** A token and its text. */
  public record Choice(int token, String text) {
    private static Optional<Choice> at(int[] tokens, int i, Engine engine) {
      return i < tokens.length
          ? Optional.of(new Choice(tokens[i], engine.text(tokens[i])))
          : Optional.empty();
    }
  }

  /** A text: its tokens, and the one that ended it. */
  record Text(int[] tokens, OptionalInt stop) {
    private int[] all() {
      return IntStream.concat(Arrays.stream(tokens), stop.stream()).toArray();
    }
  }

  /** Index of the first token that is another; -1 where there is none. */
  static int index(Text expected, Text found) {
    return Arrays.mismatch(expected.all(), found.all());
  }

  /**
   * The place, where there is one.
   *
   * @param request that was answered, whoever drafts for it
   */
  static Optional<Flip> of(GenerateRequest request, Text expected, Text found, Engine engine) {
    int at = index(expected, found);
    if (at < 0) {
      return Optional.empty();
    }
    Optional<Choice> own = Choice.at(expected.all(), at, engine);
    Optional<Choice> other = Choice.at(found.all(), at, engine);
    if (own.isEmpty() || other.isEmpty() || isAnotherSample(request)) {
      return Optional.of(new Flip(at + 1, own, other, Optional.empty()));
    }
    int[] before = Arrays.copyOf(expected.tokens(), at);
    LogitGap gap = engine.gap(request, before, own.get().token(), other.get().token());
    return Optional.of(new Flip(at + 1, own, other, Optional.of(gap)));
  }

  private static boolean isAnotherSample(GenerateRequest request) {
    boolean greedy = request.sampling().filter(SamplingOptions::isArgmax).isPresent();
    return request.coupling() == Coupling.REJECTION && !greedy;
  }
}
