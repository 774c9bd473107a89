package dev.mlxmtp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.decode.Verification;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Turns and statistics on runs whose times are made up. */
class DecodeBenchmarkTest {
  private static final PromptSet PROMPTS =
      new PromptSet(
          "own", List.of(new PromptSet.Entry("a", "short"), new PromptSet.Entry("b", "long")));

  private final List<String> order = new ArrayList<>();
  private final Map<String, Integer> seen = new HashMap<>();
  private final ScriptedEngine engine = new ScriptedEngine(this::run);

  private static BenchPlan plan(int runs, String... drafters) {
    return new BenchPlan(
        PROMPTS,
        Contender.of(List.of(drafters)),
        runs,
        9,
        SamplingOptions.greedy(),
        Coupling.GUMBEL,
        Verification.FAST,
        true);
  }

  private static String name(GenerateRequest request) {
    String suffix = request.verification() == Verification.EXACT ? "-exact" : "";
    return drafter(request) + suffix;
  }

  private static String drafter(GenerateRequest request) {
    return switch (request.draft().orElseThrow()) {
      case DraftOptions.None _ -> "plain";
      case DraftOptions.Mtp mtp -> "mtp" + mtp.depth();
      case DraftOptions.NGram _ -> "ngram";
      case DraftOptions.Auto _ -> "auto";
    };
  }

  // Turn 0 warms up with absurd times. In turn t a plain token takes 10 t ms; mtp1 emits two tokens
  // a round of 12 t ms where it drafts well (prompt "short"), one a round of 12 t ms else.
  private Generation run(GenerateRequest request) {
    String name = name(request);
    String text = request.prompt().equals(Prompt.user("short")) ? "short" : "long";
    int turn = seen.merge(name + text, 1, Integer::sum) - 1;
    order.add(turn + " " + text + " " + name + (request.timePhases() ? " apart" : ""));
    assertFalse(request.reuse());
    assertTrue(request.dearRows());
    assertEquals(9, request.maxTokens());

    boolean drafts = name.startsWith("mtp1") || name.equals("auto");
    boolean good = text.equals("short");
    int rounds = drafts && good ? 4 : 8;
    long round = name.endsWith("exact") ? 18_000_000 : drafts ? 12_000_000 : 10_000_000;
    List<Round> all = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      int k = drafts ? 1 : 0;
      all.add(
          new Round(
              i,
              name,
              new int[k],
              new float[k],
              new float[k],
              new int[k],
              drafts && good ? 1 : 0,
              OptionalInt.of(7),
              new Round.Timings(
                  1_000_000,
                  request.timePhases() ? OptionalDouble.of(2_000_000 * k) : OptionalDouble.empty(),
                  8_000_000,
                  OptionalDouble.empty())));
    }
    int[] tokens = IntStream.range(0, 9).toArray();
    if (name.equals("ngram") && !good) {
      // A flip far off and an earlier one that is near.
      tokens[4] = turn == 2 ? 5 : 4;
      tokens[6] = turn == 1 ? 99 : 6;
    }
    return new Generation(
        name,
        new int[good ? 10 : 30],
        0,
        tokens,
        OptionalInt.empty(),
        "",
        Generation.FinishReason.LENGTH,
        all,
        5_000_000L * (turn + 1),
        turn == 0 ? 1 : rounds * round * turn,
        1000 + turn);
  }

  private BenchResult measure(BenchPlan plan) {
    order.clear();
    seen.clear();
    List<Integer> done = new ArrayList<>();
    BenchResult result =
        DecodeBenchmark.run(
            plan,
            engine,
            (runs, all, left) -> {
              done.add(runs);
              assertEquals(plan.contenders().size() * 2 * (plan.runs() + 2), all);
              assertFalse(left.isNegative());
            },
            () -> false);
    assertEquals(IntStream.rangeClosed(1, order.size()).boxed().toList(), done);
    return result;
  }

  private static DrafterResult row(BenchResult result, String kind, String drafter) {
    return kind(result, kind).drafters().stream()
        .filter(d -> d.drafter().equals(drafter))
        .findFirst()
        .orElseThrow();
  }

  private static KindResult kind(BenchResult result, String kind) {
    return result.kinds().stream().filter(k -> k.kind().equals(kind)).findFirst().orElseThrow();
  }

  @Test
  void draftersTakeTurnsAndEachBeginsOnce() {
    measure(plan(1, "plain", "mtp1"));
    assertEquals(
        List.of(
            "0 short plain",
            "0 short mtp1",
            "0 long mtp1",
            "0 long plain",
            "1 short mtp1",
            "1 short plain",
            "1 long plain",
            "1 long mtp1",
            "2 short plain apart",
            "2 short mtp1 apart",
            "2 long mtp1 apart",
            "2 long plain apart"),
        order);
  }

  @Test
  void speedsAreMediansOfTurnsAndRatiosAreTakenWithinThem() {
    BenchResult result = measure(plan(3, "plain", "mtp1"));
    assertEquals(List.of("a", "b", "all"), result.kinds().stream().map(KindResult::kind).toList());
    Spread plain = row(result, "a", "plain").decode().orElseThrow();
    assertEquals(50, plain.median(), 1e-9);
    assertEquals(100.0 / 3, plain.min(), 1e-9);
    assertEquals(100, plain.max(), 1e-9);
    assertEquals(1.0, row(result, "a", "plain").ratio().orElseThrow());
    // Two tokens in 12 ms, one in 12 ms, and 16 tokens in 4 · 12 + 8 · 12 ms together.
    assertEquals(20 / 12.0, row(result, "a", "mtp1").ratio().orElseThrow(), 1e-9);
    assertEquals(10 / 12.0, row(result, "b", "mtp1").ratio().orElseThrow(), 1e-9);
    assertEquals(160 / 144.0, row(result, "all", "mtp1").ratio().orElseThrow(), 1e-9);
    assertEquals(2, kind(result, "all").prompts());
  }

  @Test
  void countsAndTimesOfWhatWasTimed() {
    BenchResult result = measure(plan(2, "plain", "mtp1"));
    DrafterResult all = row(result, "all", "mtp1");
    assertEquals(18, all.tokens());
    assertEquals(24, all.acceptance().rounds());
    assertEquals(32, all.acceptance().emitted());
    assertEquals(List.of(24), all.acceptance().drafted());
    assertEquals(List.of(8), all.acceptance().accepted());
    // First tokens after 10 and 15 ms, on both prompts; 40 prompt tokens in 20 and in 30 ms.
    assertEquals(12.5e6, all.timeToFirstToken());
    assertEquals((2000 + 40 / .03) / 2, all.prefill().orElseThrow().median(), 1e-6);
    assertEquals(Optional.of(new DrafterResult.Phases(2, 8, 1)), all.phases());
    assertEquals(new DrafterResult.Phases(0, 8, 1), row(result, "b", "plain").phases().get());
    assertEquals(1003, all.peakMemory());
  }

  @Test
  void autoIsMeasuredAgainstTheBestFixedDrafterOfEachKind() {
    BenchResult result = measure(plan(3, "plain", "mtp1", "auto"));
    KindResult.AutoChoice a = kind(result, "a").auto().orElseThrow();
    assertEquals("mtp1", a.best());
    assertEquals(1, a.ratio(), 1e-9);
    KindResult.AutoChoice b = kind(result, "b").auto().orElseThrow();
    assertEquals("plain", b.best());
    assertEquals(10 / 12.0, b.ratio(), 1e-9);
    assertEquals(Optional.empty(), kind(measure(plan(1, "plain")), "a").auto());
  }

  @Test
  void anotherTextIsSeenInWhicheverTurnItComes() {
    BenchResult result = measure(plan(3, "plain", "ngram"));
    assertTrue(row(result, "a", "ngram").texts().orElseThrow().same());
    TextComparison all = row(result, "all", "ngram").texts().orElseThrow();
    assertEquals(2, all.prompts());
    TextComparison.Difference only = all.differences().getFirst();
    assertEquals(1, all.differences().size());
    assertEquals(2, only.number());
    assertEquals("long", only.prompt());
    assertEquals(5, only.flip().token());
    assertEquals(Optional.of(new Flip.Choice(4, "<4>")), only.flip().expected());
    assertEquals(Optional.of(new Flip.Choice(5, "<5>")), only.flip().found());
    assertTrue(only.flip().gap().orElseThrow().isRounding());
    assertEquals(List.of("after [0, 1, 2, 3]: 4 or 5"), engine.asked());
  }

  @Test
  void whereATextEndsCountsToo() {
    GenerateRequest request = GenerateRequest.builder(Prompt.user("x")).greedy().build();
    Flip.Text ended = new Flip.Text(new int[] {1}, OptionalInt.of(2));
    Flip.Text longer = new Flip.Text(new int[] {1, 9, 4}, OptionalInt.empty());
    Flip flip = Flip.of(request, ended, longer, engine).orElseThrow();
    assertEquals(new Flip.Choice(2, "<2>"), flip.expected().orElseThrow());
    assertEquals(-1.75, flip.gap().orElseThrow().gap());
    assertFalse(flip.gap().orElseThrow().isRounding());
    Flip.Text cut = new Flip.Text(new int[] {1}, OptionalInt.empty());
    Flip early = Flip.of(request, longer, cut, engine).orElseThrow();
    assertEquals(Optional.empty(), early.found());
    assertEquals(Optional.empty(), early.gap());
    assertEquals(Optional.empty(), Flip.of(request, ended, ended, engine));
  }

  @Test
  void anotherSampleIsNoneToBeExplained() {
    SamplingOptions sampling = new SamplingOptions(0.8, 0, 1, 0, 1, 3);
    Flip.Text one = new Flip.Text(new int[] {1}, OptionalInt.empty());
    Flip.Text two = new Flip.Text(new int[] {2}, OptionalInt.empty());
    GenerateRequest.Builder asked = GenerateRequest.builder(Prompt.user("x")).sampling(sampling);
    assertTrue(Flip.of(asked.build(), one, two, engine).orElseThrow().gap().isPresent());
    GenerateRequest rejection = asked.coupling(Coupling.REJECTION).build();
    assertTrue(Flip.of(rejection, one, two, engine).orElseThrow().gap().isEmpty());
  }

  @Test
  void thePriceOfExactnessIsTakenWithinTurns() {
    BenchResult result = measure(plan(3, "plain", "mtp1", "mtp1-exact"));
    KindResult.Price price = kind(result, "a").prices().getFirst();
    assertEquals("mtp1-exact", price.exact());
    assertEquals("mtp1", price.fast());
    assertEquals(12 / 18.0, price.ratio(), 1e-9);
    assertEquals(List.of(), kind(measure(plan(1, "plain", "mtp1")), "a").prices());
    assertFalse(result.rowInvariant());
  }

  @Test
  void withoutPlainThereIsNothingToMeasureAgainst() {
    DrafterResult mtp = row(measure(plan(1, "mtp1")), "a", "mtp1");
    assertEquals(OptionalDouble.empty(), mtp.ratio());
    assertEquals(Optional.empty(), mtp.texts());
  }

  @Test
  void itEndsBetweenRunsOrWithACancelledOne() {
    BenchPlan plan = plan(1, "plain");
    assertThrows(
        CancellationException.class,
        () -> DecodeBenchmark.run(plan, engine, (done, all, left) -> {}, () -> order.size() == 2));
    assertEquals(2, order.size());
    assertThrows(
        CancellationException.class,
        () ->
            DecodeBenchmark.run(
                plan,
                new ScriptedEngine(r -> cancelled(run(r))),
                (done, all, left) -> {},
                () -> false));
    assertEquals(3, order.size());
  }

  private static Generation cancelled(Generation g) {
    return new Generation(
        g.decoder(),
        g.promptTokens(),
        0,
        g.tokens(),
        g.stopToken(),
        g.text(),
        Generation.FinishReason.CANCELLED,
        g.rounds(),
        g.timeToFirstToken(),
        g.decodeTime(),
        g.peakMemory());
  }

  @Test
  void whatCannotBeMeasuredIsRefused() {
    assertThrows(BenchException.class, () -> plan(0, "plain"));
    assertThrows(BenchException.class, () -> plan(1));
    assertThrows(BenchException.class, () -> plan(1, "plain", "plain"));
    for (String name :
        List.of(
            "mtp0",
            "mtp9",
            "mtp",
            "PLAIN",
            "",
            "plain-exact",
            "mtp2-slow",
            "mtp9-exact",
            "-exact",
            "mtp2-exact-fast")) {
      assertThrows(BenchException.class, () -> Contender.of(name), name);
    }
    assertEquals(DraftOptions.mtp(8), Contender.of("mtp8").draft());
    assertEquals(Optional.empty(), Contender.of("mtp8").verification());
    assertEquals(
        new Contender("mtp2-exact", DraftOptions.mtp(2), Optional.of(Verification.EXACT)),
        Contender.of("mtp2-exact"));
    assertEquals(Optional.of(Verification.FAST), Contender.of("auto-fast").verification());
    assertTrue(Contender.standard(false).stream().noneMatch(c -> c.name().startsWith("mtp")));
  }
}
