package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.Round;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A stop text that begins in an accepted run and ends in the next round ends every drafter's answer
 * where it ends plain decoding's. All depths with {@code -Dmlxmtp.full=true}.
 */
class DrafterStopTextTest {
  private static final boolean FULL = Boolean.getBoolean("mlxmtp.full");
  private static final int COUNT = 40;
  private static final int TRIED = FULL ? 100 : 4;

  static Stream<DraftOptions> drafters() {
    IntStream depths =
        FULL ? IntStream.rangeClosed(1, DraftOptions.Mtp.MAX_DEPTH) : IntStream.of(1, 3, 8);
    return Stream.concat(
        depths.mapToObj(DraftOptions::mtp),
        Stream.of(DraftOptions.NGram.standard(), DraftOptions.Auto.standard()));
  }

  private static Generation run(
      Session session, Prompt prompt, DraftOptions draft, List<String> stops) {
    GenerateRequest.Builder request =
        GenerateRequest.builder(prompt)
            .greedy()
            .draft(draft)
            .maxTokens(COUNT)
            .ignoreStopTokens(true);
    stops.forEach(request::stop);
    return session.generate(request.build(), event -> {});
  }

  // Asked, answered and asked again, so that there is something to quote.
  private static Prompt quoting(Session session) {
    Generation answer =
        run(
            session,
            Prompt.user("Returns the sum of two integers."),
            new DraftOptions.None(),
            List.of());
    return new Prompt.Tokens(
        Stream.of(answer.promptTokens(), answer.tokens(), answer.promptTokens())
            .flatMapToInt(Arrays::stream)
            .toArray());
  }

  // The adaptive drafter begins with two drafts in its second round, if its session is new.
  @ParameterizedTest
  @MethodSource("drafters")
  void acrossAnAcceptedRunAndARoundsBorder(DraftOptions draft) {
    try (Session session = Session.open(TestPaths.demoModel())) {
      Prompt prompt = quoting(session);
      Generation whole = run(session, prompt, draft, List.of());
      int tried = 0;
      for (Round round : whole.rounds()) {
        int border = round.position() - whole.promptTokens().length + round.emitted().length;
        if (round.accepted() > 0 && border < COUNT && tried < TRIED) {
          // At most two drafts, the round's own token, and the first token of the next round.
          String across =
              session
                  .tokenizer()
                  .decode(
                      Arrays.copyOfRange(
                          whole.tokens(), border - 1 - Math.min(2, round.accepted()), border + 1),
                      false);
          // Half of the first token to half of the last, where they have more than a character.
          for (String stop : List.of(across, across.substring(1, across.length() - 1))) {
            if (!stop.isBlank() && whole.text().contains(stop)) {
              assertAsPlain(session, prompt, draft, stop);
              tried++;
            }
          }
        }
      }
      assertTrue(tried >= 2, () -> "too few borders after accepted runs of " + draft);
    }
  }

  private static void assertAsPlain(
      Session session, Prompt prompt, DraftOptions draft, String stop) {
    Generation plain = run(session, prompt, new DraftOptions.None(), List.of(stop));
    Generation stopped = run(session, prompt, draft, List.of(stop));
    assertEquals(plain.text(), stopped.text(), () -> "before \"" + stop + "\"");
    assertTrue(!plain.text().contains(stop));
    assertArrayEquals(plain.tokens(), stopped.tokens(), "up to the token that completes it");
    assertEquals(Generation.FinishReason.STOP, stopped.finishReason());
    assertTrue(stopped.stopToken().isEmpty(), "a text ended it, no token");
  }
}
