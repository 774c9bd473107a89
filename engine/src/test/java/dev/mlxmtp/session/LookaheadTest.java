package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.TestModels;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.mlx.Kernels;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Plain decoding that runs a position ahead, as it does where our CPU kernels do not serve: an
 * answer that ends earlier than foreseen takes nothing with it.
 */
class LookaheadTest {
  private static final String PROMPT = "Hello";

  @BeforeEach
  void leaveOut() {
    want(false);
  }

  @AfterEach
  void takeBack() {
    want(true);
  }

  private static void want(boolean kernels) {
    TestModels.onEngine(
        () -> {
          Kernels.setWanted(kernels);
          return true;
        });
  }

  private static Generation plain(Session session, int most, String... stop) {
    return session.generate(
        PROMPT,
        o -> {
          o.greedy().draft(new DraftOptions.None()).maxTokens(most);
          Arrays.stream(stop).forEach(o::stop);
          return o;
        });
  }

  @Test
  void anAnswerMayEndAtAStopTokenAStopTextOrTheBudget() {
    try (Session session = Session.open(TestPaths.demoModel())) {
      Generation whole = plain(session, 300);
      assertEquals(Generation.FinishReason.STOP, whole.finishReason());
      int[] few = plain(session, 9).tokens();
      assertArrayEquals(Arrays.copyOf(whole.tokens(), 9), few);
      String end = whole.text().substring(20, 24);
      Generation cut = plain(session, 300, end);
      assertEquals(whole.text().substring(0, whole.text().indexOf(end)), cut.text());
      assertArrayEquals(whole.tokens(), plain(session, 300).tokens());
    }
  }

  @Test
  void anAnswerMayBeCancelled() {
    try (Session session = Session.open(TestPaths.demoModel())) {
      int[] whole = plain(session, 40).tokens();
      AtomicInteger rounds = new AtomicInteger();
      Generation some =
          session.generate(
              GenerateRequest.builder(Prompt.user(PROMPT))
                  .greedy()
                  .draft(new DraftOptions.None())
                  .maxTokens(40)
                  .build(),
              event -> {
                if (event instanceof Event.RoundDone && rounds.incrementAndGet() == 5) {
                  session.cancel();
                }
              });
      assertEquals(Generation.FinishReason.CANCELLED, some.finishReason());
      assertArrayEquals(whole, plain(session, 40).tokens());
    }
  }
}
