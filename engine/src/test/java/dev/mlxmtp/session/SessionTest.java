package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.decode.Speculation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests, their events, and what cannot be served. */
class SessionTest {
  private static Session session;
  private static final List<Event> LOADING = new ArrayList<>();

  @BeforeAll
  static void open() {
    session = Session.open(TestPaths.demoModel(), SessionOptions.defaults(), LOADING::add);
  }

  @AfterAll
  static void close() {
    session.close();
  }

  private static final Prompt PROMPT = Prompt.user("Returns the sum of two integers.");

  @Test
  void loadingReportsEveryLayer() {
    assertEquals(12, LOADING.size());
    for (int i = 0; i < 12; i++) {
      assertEquals(new Event.Loading(i + 1, 12), LOADING.get(i));
    }
    assertTrue(session.info().hasMtp());
    assertEquals(12_728_752, session.info().parameters());
  }

  @Test
  void whatDearRowsTeachIsKeptApart() {
    try (Session own = Session.open(TestPaths.demoModel())) {
      ask(own, false);
      double usual = own.costs().orElseThrow().row();
      ask(own, true);
      Speculation.Costs dear = own.costs().orElseThrow();
      assertTrue(dear.row() > 0.5 * dear.pass(), dear::toString);
      ask(own, false);
      Speculation.Costs after = own.costs().orElseThrow();
      assertTrue(after.row() < 0.5 * after.pass(), () -> usual + ", " + after);
    }
  }

  private static void ask(Session session, boolean dear) {
    session.generate(
        GenerateRequest.builder(PROMPT)
            .greedy()
            .draft(DraftOptions.Auto.standard())
            .dearRows(dear)
            .maxTokens(60)
            .ignoreStopTokens(true)
            .reuse(false)
            .build(),
        event -> {});
  }

  @ParameterizedTest
  @ValueSource(strings = {"5=1e39", "5=-2e6", "5=NaN"})
  void whatNoLogitHoldsIsNoBias(String bias) {
    Map<Integer, Double> map = Map.of(5, Double.parseDouble(bias.substring(2)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SamplingOptions(1, 0, 1, 0, 1, 0, 0, map, 0),
        bias);
  }

  @Test
  void temperaturesAndPenaltiesAreWithinWhatAFloatHolds() {
    for (double temperature : new double[] {1e-45, 1e-310, 9e-7}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new SamplingOptions(temperature, 0, 1, 0, 1, 0),
          () -> "" + temperature);
    }
    for (double penalty : new double[] {1e-30, 1e30}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new SamplingOptions(1, 0, 1, 0, penalty, 0),
          () -> "" + penalty);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void eventsTellTheWholeAnswerInOrder(int depth) {
    Thread caller = Thread.currentThread();
    List<Event> events = new ArrayList<>();
    Generation g =
        session.generate(
            GenerateRequest.builder(PROMPT).greedy().mtp(depth).maxTokens(60).reuse(false).build(),
            event -> {
              assertEquals(caller, Thread.currentThread());
              events.add(event);
            });
    StringBuilder text = new StringBuilder();
    List<Integer> tokens = new ArrayList<>();
    List<Round> rounds = new ArrayList<>();
    int drafts = 0;
    int progress = 0;
    int reported = 1;
    for (Event event : events) {
      switch (event) {
        case Event.Loading _ -> throw new AssertionError("nothing is loaded any more");
        case Event.PromptProgress(int done, int total, int reused) -> {
          assertTrue(tokens.isEmpty(), "the prompt comes before the answer");
          assertTrue(done > progress && done <= total);
          assertEquals(g.promptTokens().length, total);
          assertEquals(0, reused);
          progress = done;
        }
        case Event.Token(int id, String piece, Event.Origin origin) -> {
          assertEquals(g.promptTokens().length, progress, "the whole prompt was processed");
          tokens.add(id);
          text.append(piece);
          drafts += origin == Event.Origin.ACCEPTED_DRAFT ? 1 : 0;
        }
        case Event.Tail(String piece) -> text.append(piece);
        case Event.RoundDone(Round round) -> {
          assertEquals(reported, tokens.size(), "the tokens of a round follow it");
          rounds.add(round);
          reported += round.emitted().length;
        }
      }
    }
    assertEquals(g.text(), text.toString());
    assertArrayEquals(g.tokens(), tokens.stream().mapToInt(t -> t).toArray());
    assertEquals(g.rounds(), rounds);
    assertEquals(reported - (g.stopToken().isPresent() ? 1 : 0), tokens.size());
    int accepted = rounds.stream().mapToInt(Round::accepted).sum();
    int stopDrafted = rounds.getLast().bonus().isEmpty() ? 1 : 0;
    assertEquals(accepted - stopDrafted, drafts);
    assertEquals(depth == 0 ? "plain" : "mtp, depth " + depth, g.decoder());
    assertTrue(g.text().startsWith("```java\n"), g.text());
    assertTrue(g.timeToFirstToken() > 0 && g.decodeTime() > 0 && g.peakMemory() > 0);
    assertTrue(g.tokensPerSecond().orElseThrow() > 0);
  }

  @Test
  void theTextStopsBeforeTheStopToken() {
    Generation g =
        session.generate(
            GenerateRequest.builder(PROMPT).greedy().maxTokens(200).build(), event -> {});
    assertEquals(Generation.FinishReason.STOP, g.finishReason());
    int stop = g.stopToken().orElseThrow();
    assertTrue(session.defaults().stopTokens().contains(stop));
    assertTrue(Arrays.stream(g.tokens()).noneMatch(t -> t == stop));
    assertFalse(g.text().contains("<|im_end|>"));
    assertEquals(session.tokenizer().decode(g.tokens(), false), g.text());
  }

  @Test
  void drafterByDefault() {
    Generation greedy =
        session.generate(
            GenerateRequest.builder(PROMPT).greedy().maxTokens(8).build(), event -> {});
    assertEquals("auto", greedy.decoder());
    Generation sampled =
        session.generate(
            GenerateRequest.builder(PROMPT).sampling(sampling(1)).maxTokens(8).build(),
            event -> {});
    assertEquals("auto, gumbel coupling", sampled.decoder());
  }

  private static SamplingOptions sampling(long seed) {
    return new SamplingOptions(0.9, 0, 0.95, 0, 1.05, seed);
  }

  private static String sampled(long seed) {
    return session
        .generate(
            GenerateRequest.builder(PROMPT)
                .sampling(sampling(seed))
                .maxTokens(40)
                .ignoreStopTokens(true)
                .build(),
            event -> {})
        .text();
  }

  @Test
  void theSeedDecidesTheText() {
    String first = sampled(7);
    session.reset();
    assertEquals(first, sampled(7));
    assertEquals(first, sampled(7), "with the caches of the run before");
    assertNotEquals(first, sampled(8));
  }

  @Test
  void repetitionPenaltyChangesGreedyText() {
    SamplingOptions penalised = new SamplingOptions(0, 0, 1, 0, 1.5, 0);
    Generation g =
        session.generate(
            GenerateRequest.builder(PROMPT)
                .sampling(penalised)
                .maxTokens(40)
                .ignoreStopTokens(true)
                .build(),
            event -> {});
    Generation greedy =
        session.generate(
            GenerateRequest.builder(PROMPT).greedy().maxTokens(40).ignoreStopTokens(true).build(),
            event -> {});
    assertTrue(distinct(g.tokens()) > distinct(greedy.tokens()), "fewer repetitions");
  }

  private static long distinct(int[] tokens) {
    return Arrays.stream(tokens).distinct().count();
  }

  private static void refused(GenerateRequest request, String... parts) {
    String message =
        assertThrows(SessionException.class, () -> session.generate(request, event -> {}))
            .getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message + " should contain " + part);
    }
    assertFalse(message.contains("\n"), "one line");
    assertTrue(message.endsWith("."), "a sentence: " + message);
  }

  @Test
  void refusalsLeaveTheSessionAsItWas() {
    Generation before =
        session.generate(
            GenerateRequest.builder(PROMPT).greedy().maxTokens(12).build(), event -> {});
    int held = session.resident().contextTokens();
    assertTrue(held > 0);
    refused(GenerateRequest.builder(new Prompt.Tokens(new int[0])).build(), "empty");
    refused(GenerateRequest.builder(new Prompt.Tokens(new int[2048])).build(), "2048", "context");
    refused(
        GenerateRequest.builder(new Prompt.Tokens(new int[] {1, 8192})).build(), "8192", "8191");
    refused(GenerateRequest.builder(new Prompt.Tokens(new int[] {-1})).build(), "-1");
    assertEquals(held, session.resident().contextTokens());
    Generation after =
        session.generate(
            GenerateRequest.builder(PROMPT).greedy().maxTokens(12).build(), event -> {});
    assertArrayEquals(before.tokens(), after.tokens());
    assertTrue(after.reusedTokens() > 0);
  }

  @Test
  void requestsThatMakeNoSense() {
    assertThrows(
        IllegalArgumentException.class, () -> GenerateRequest.builder(PROMPT).maxTokens(0).build());
    assertThrows(
        IllegalArgumentException.class, () -> GenerateRequest.builder(PROMPT).stop("").build());
    assertThrows(
        IllegalArgumentException.class, () -> GenerateRequest.builder(PROMPT).mtp(9).build());
  }

  @Test
  void theContextEndsTheAnswer() {
    int[] prompt = new int[2040];
    Arrays.setAll(prompt, i -> 100 + i % 50);
    for (int depth : new int[] {0, 4}) {
      Generation g =
          session.generate(
              GenerateRequest.builder(new Prompt.Tokens(prompt))
                  .greedy()
                  .mtp(depth)
                  .maxTokens(100)
                  .ignoreStopTokens(true)
                  .build(),
              event -> {});
      assertEquals(8, g.tokens().length);
      assertEquals(Generation.FinishReason.LENGTH, g.finishReason());
    }
  }
}
