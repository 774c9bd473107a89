package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.TwinModel;
import dev.mlxmtp.decode.Round;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ends of answers inside and across rounds: stop texts, budgets, and stop tokens of the model. */
class StopTest {
  private static final int DEPTH = 4;
  private static final int COUNT = 60;
  private static final Prompt PROMPT = Prompt.user("Returns the sum of two integers.");

  private static Session session;
  private static Generation whole;

  @BeforeAll
  static void open() {
    session = Session.open(TestPaths.demoModel());
    whole = run(session, DEPTH, COUNT);
  }

  @AfterAll
  static void close() {
    session.close();
  }

  private static Generation run(Session where, int depth, int count, String... stops) {
    var builder =
        GenerateRequest.builder(PROMPT).greedy().mtp(depth).maxTokens(count).ignoreStopTokens(true);
    List.of(stops).forEach(builder::stop);
    return where.generate(builder.build(), event -> {});
  }

  private static String text(int from, int to) {
    return session.tokenizer().decode(Arrays.copyOfRange(whole.tokens(), from, to), false);
  }

  // The text before the first occurrence, from as few tokens as show it.
  private static void assertStopped(Generation g, String stop) {
    int at = whole.text().indexOf(stop);
    assertEquals(whole.text().substring(0, at), g.text(), "before \"" + stop + "\"");
    assertEquals(Generation.FinishReason.STOP, g.finishReason());
    assertTrue(g.stopToken().isEmpty(), "a text ended it, no token");
    int needed = 1;
    while (!text(0, needed).contains(stop)) {
      needed++;
    }
    assertArrayEquals(Arrays.copyOf(whole.tokens(), needed), g.tokens());
  }

  @Test
  void aStopTextAcrossAnAcceptedRunAndARoundsBorder() {
    int prompt = whole.promptTokens().length;
    int tried = 0;
    for (int i = 0; i + 1 < whole.rounds().size(); i++) {
      Round round = whole.rounds().get(i);
      if (round.accepted() < 2 || whole.rounds().get(i + 1).accepted() < 1) {
        continue;
      }
      int first = round.position() - prompt;
      int border = first + round.emitted().length;
      // Two drafts, the round's own token, and the first draft of the next round.
      String across = text(border - 3, border + 1);
      // Half of the first token to half of the last, where they have more than one character.
      String inner = across.substring(1, across.length() - 1);
      for (String stop : List.of(across, inner)) {
        if (!stop.isBlank() && whole.text().indexOf(stop) >= 0) {
          for (int depth : new int[] {0, 1, 2, DEPTH}) {
            assertStopped(run(session, depth, COUNT, stop), stop);
          }
          tried++;
        }
      }
      if (tried >= 6) {
        return;
      }
    }
    assertTrue(tried >= 2, "too few borders between accepted runs");
  }

  @Test
  void aStopTextInsideAnAcceptedRun() {
    int prompt = whole.promptTokens().length;
    for (Round round : whole.rounds()) {
      int at = round.position() - prompt;
      String inside = text(at, at + 1).strip();
      if (round.accepted() == DEPTH && !inside.isEmpty() && whole.text().indexOf(inside) > 10) {
        assertStopped(run(session, DEPTH, COUNT, inside), inside);
        return;
      }
    }
    fail("no round accepted all its drafts");
  }

  @Test
  void theEarliestOfSeveral() {
    String late = text(20, 22);
    String early = text(8, 10);
    assertStopped(run(session, DEPTH, COUNT, late, early, "not in the text"), early);
  }

  @Test
  void aStopTextThatNeverCompletesIsText() {
    Generation g = run(session, DEPTH, COUNT, whole.text().substring(10) + "!");
    assertEquals(whole.text(), g.text());
    assertEquals(Generation.FinishReason.LENGTH, g.finishReason());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4, 8})
  void budgetsAreExact(int depth) {
    for (int count = 1; count <= 20; count++) {
      Generation g = run(session, depth, count);
      assertArrayEquals(Arrays.copyOf(whole.tokens(), count), g.tokens());
      assertEquals(Generation.FinishReason.LENGTH, g.finishReason());
      assertEquals(
          count - 1, g.rounds().stream().mapToInt(r -> r.emitted().length).sum(), "emitted");
    }
  }

  @Test
  void stopTokensOfTheModel(@TempDir Path folder) {
    int[] tokens = whole.tokens();
    int prompt = whole.promptTokens().length;
    // A token in the middle of an accepted run that does not occur before.
    Round round =
        whole.rounds().stream()
            .filter(r -> r.accepted() >= 3)
            .filter(r -> firstOccurrence(tokens, r.position() - prompt + 1))
            .findFirst()
            .orElseThrow();
    int index = round.position() - prompt + 1;
    TwinModel.withConfig(
        TestPaths.demoModel(),
        folder,
        config -> {},
        generation -> generation.putArray("eos_token_id").add(tokens[index]).add(8174));
    try (Session twin = Session.open(folder)) {
      assertTrue(twin.defaults().stopTokens().contains(tokens[index]));
      for (int depth : new int[] {0, 1, DEPTH}) {
        twin.reset();
        Generation g =
            twin.generate(
                GenerateRequest.builder(PROMPT).greedy().mtp(depth).maxTokens(COUNT).build(),
                event -> {});
        assertArrayEquals(Arrays.copyOf(tokens, index), g.tokens(), "depth " + depth);
        assertEquals(tokens[index], g.stopToken().orElseThrow());
        assertEquals(Generation.FinishReason.STOP, g.finishReason());
        assertEquals(text(0, index), g.text());
        // The text goes on from there as if it had never stopped.
        int[] more = Arrays.copyOf(g.promptTokens(), prompt + index + 1);
        System.arraycopy(tokens, 0, more, prompt, index + 1);
        Generation rest =
            twin.generate(
                GenerateRequest.builder(new Prompt.Tokens(more))
                    .greedy()
                    .mtp(depth)
                    .ignoreStopTokens(true)
                    .maxTokens(COUNT - index - 1)
                    .build(),
                event -> {});
        assertEquals(prompt + index, rest.reusedTokens());
        assertArrayEquals(Arrays.copyOfRange(tokens, index + 1, COUNT), rest.tokens());
      }
    }
  }

  private static boolean firstOccurrence(int[] tokens, int index) {
    return Arrays.stream(tokens).limit(index).noneMatch(t -> t == tokens[index]);
  }
}
