package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.Differences;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.text.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session takes up of the tokens before, and that the answer is the same as without. */
class SessionReuseTest {
  private static final int COUNT = 24;

  private static Session session;
  private static Session other;

  @BeforeAll
  static void open() {
    session = Session.open(TestPaths.demoModel());
    other = Session.open(TestPaths.demoModel());
  }

  @AfterAll
  static void close() {
    session.close();
    other.close();
  }

  @BeforeEach
  void empty() {
    session.reset();
    other.reset();
  }

  private static GenerateRequest request(Prompt prompt, int depth) {
    return GenerateRequest.builder(prompt)
        .greedy()
        .mtp(depth)
        .maxTokens(COUNT)
        .ignoreStopTokens(true)
        .build();
  }

  private static Generation run(Session where, int[] prompt, int depth) {
    return where.generate(request(new Prompt.Tokens(prompt), depth), event -> {});
  }

  // The same answer, found by the same rounds, as a session that has seen nothing.
  private static void assertAsIfFresh(Generation g, int[] prompt, int depth) {
    other.reset();
    Generation fresh = run(other, prompt, depth);
    assertEquals(0, fresh.reusedTokens());
    assertArrayEquals(prompt, g.promptTokens());
    assertArrayEquals(fresh.tokens(), g.tokens());
    assertEquals(fresh.rounds().size(), g.rounds().size());
    for (int i = 0; i < g.rounds().size(); i++) {
      Round expected = fresh.rounds().get(i);
      assertArrayEquals(expected.drafted(), g.rounds().get(i).drafted(), "drafts of round " + i);
      assertEquals(expected.accepted(), g.rounds().get(i).accepted(), "round " + i);
      // Sharper than the tokens: what the head remembers shows in every probability.
      Differences.assertClose(
          expected.draftProbabilities(),
          g.rounds().get(i).draftProbabilities(),
          1e-4,
          "probabilities of the drafts of round " + i);
    }
  }

  private static int[] prompt() {
    return session.encode(Prompt.user("Returns the sum of two integers."));
  }

  private static int[] join(int[] a, int... b) {
    return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "2, 2", "0, 3", "3, 0"})
  void theAnswerAndMore(int firstDepth, int secondDepth) {
    int[] prompt = prompt();
    Generation first = run(session, prompt, firstDepth);
    assertEquals(0, first.reusedTokens());
    assertEquals(COUNT, first.tokens().length);
    int[] longer = join(join(prompt, first.tokens()), 198, 491, 458);
    Generation second = run(session, longer, secondDepth);
    // The last token of an answer is not run through the model.
    assertEquals(prompt.length + COUNT - 1, second.reusedTokens());
    assertAsIfFresh(second, longer, secondDepth);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void theSamePromptAgain(int depth) {
    int[] prompt = prompt();
    int[] first = run(session, prompt, depth).tokens();
    for (int i = 0; i < 3; i++) {
      Generation again = run(session, prompt, depth);
      assertEquals(prompt.length, again.reusedTokens());
      assertArrayEquals(first, again.tokens());
      assertAsIfFresh(again, prompt, depth);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void turnsOfAConversation(int depth) {
    List<Message> messages = new ArrayList<>();
    int[] before = {};
    for (String question :
        List.of(
            "Returns the sum of two integers.",
            "Write a Java method named `isEmpty`. Checks if the list is empty.",
            "Closes the stream.")) {
      messages.add(Message.user(question));
      Prompt chat = new Prompt.Chat(messages, List.of(), Optional.of(false));
      int[] prompt = session.encode(chat);
      Generation g = session.generate(request(chat, depth), event -> {});
      assertEquals(reusable(before, prompt), g.reusedTokens());
      assertAsIfFresh(g, prompt, depth);
      messages.add(Message.assistant(g.text()));
      before = prompt;
    }
    assertEquals(6, messages.size());
  }

  // The last two turn borders of the prompt before and its end are kept.
  private static int reusable(int[] before, int[] prompt) {
    int turn = session.defaults().turnToken().orElseThrow();
    int common = Arrays.mismatch(before, prompt);
    int shared = common < 0 ? before.length : common;
    int[] borders = IntStream.range(1, before.length).filter(i -> before[i] == turn).toArray();
    return IntStream.concat(
            Arrays.stream(borders).skip(Math.max(0, borders.length - 2)),
            IntStream.of(before.length))
        .filter(i -> i <= shared)
        .max()
        .orElse(0);
  }

  @Test
  void anotherContinuationOfTheSameTurn() {
    int[] prompt = prompt();
    run(session, prompt, 2);
    int[] branch = join(prompt, 8190, 198, 40);
    Generation g = run(session, branch, 2);
    assertEquals(prompt.length, g.reusedTokens());
    assertAsIfFresh(g, branch, 2);
    Generation back = run(session, prompt, 2);
    assertEquals(prompt.length, back.reusedTokens());
    assertAsIfFresh(back, prompt, 2);
  }

  @Test
  void nothingInCommon() {
    run(session, prompt(), 2);
    int[] foreign = {390, 408, 198, 476, 491};
    Generation g = run(session, foreign, 2);
    assertEquals(0, g.reusedTokens());
    assertAsIfFresh(g, foreign, 2);
  }

  @Test
  void notWanted() {
    int[] prompt = prompt();
    run(session, prompt, 2);
    Generation g =
        session.generate(
            GenerateRequest.builder(new Prompt.Tokens(prompt))
                .greedy()
                .mtp(2)
                .maxTokens(COUNT)
                .ignoreStopTokens(true)
                .reuse(false)
                .build(),
            event -> {});
    assertEquals(0, g.reusedTokens());
    assertAsIfFresh(g, prompt, 2);
  }

  @Test
  void anotherVariantOfTheHeadStartsAnew() {
    int[] prompt = prompt();
    run(session, prompt, 2);
    Generation g =
        session.generate(
            GenerateRequest.builder(new Prompt.Tokens(prompt))
                .greedy()
                .mtp(2, new MtpVariant(false, false))
                .maxTokens(COUNT)
                .ignoreStopTokens(true)
                .build(),
            event -> {});
    assertEquals(0, g.reusedTokens());
    assertAsIfFresh(run(session, prompt, 2), prompt, 2);
  }

  @Test
  void residentBytesFollowTheContext() {
    Resident before = session.resident();
    assertEquals(0, before.contextTokens());
    assertEquals(0, before.kv());
    int[] prompt = prompt();
    run(session, prompt, 2);
    Resident after = session.resident();
    assertEquals(prompt.length + COUNT - 1, after.contextTokens());
    assertTrue(after.kv() > 0 && after.state() > 0 && after.points() > 0);
    // 9 linear layers with 8 heads of 32 x 32 float32 and 3 rows of 512 convolution inputs.
    assertEquals(9 * (8 * 32 * 32 + 3 * 512) * 4, after.state());
    session.reset();
    assertEquals(0, session.resident().contextTokens());
    assertEquals(0, session.resident().points());
  }
}
