package dev.mlxmtp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Turns, medians and formulas on runs whose times are made up. */
class SideBySideTest {
  private static final DraftOptions PLAIN = new DraftOptions.None();
  private static final DraftOptions DEEP = DraftOptions.mtp(2);

  private final List<String> order = new ArrayList<>();

  // Ten tokens by rounds: plain a token a round in 10 ms; drafting 2 of 2 in 24 ms, 4 of them two
  // draft steps.
  private Generation run(GenerateRequest request, int[] tokens) {
    boolean drafts = request.draft().orElseThrow() instanceof DraftOptions.Mtp;
    order.add((drafts ? "deep" : "plain") + (request.timePhases() ? " timed apart" : ""));
    assertFalse(request.reuse());
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < (drafts ? 3 : 9); i++) {
      int k = drafts ? 2 : 0;
      OptionalDouble draft = request.timePhases() ? OptionalDouble.of(4e6) : OptionalDouble.empty();
      rounds.add(
          new Round(
              0,
              "mtp",
              new int[k],
              new float[k],
              new float[k],
              new int[k],
              k,
              OptionalInt.of(1),
              new Round.Timings(0, draft, 20_000_000, OptionalDouble.empty())));
    }
    return new Generation(
        drafts ? "mtp, depth 2" : "plain",
        new int[] {1},
        0,
        tokens,
        OptionalInt.empty(),
        "",
        Generation.FinishReason.LENGTH,
        rounds,
        1,
        drafts ? 72_000_000 : 90_000_000,
        0);
  }

  private SideBySide compare(Function<GenerateRequest, Generation> run) {
    return SideBySide.of(
        List.of(PLAIN, DEEP),
        2,
        draft -> GenerateRequest.builder(Prompt.user("x")).draft(draft),
        new ScriptedEngine(run),
        (done, all) -> assertTrue(done <= all && all == 7));
  }

  @Test
  void settingsTakeTurnsAndAreMeasuredAgainstPlain() {
    SideBySide result = compare(request -> run(request, new int[] {1, 2}));
    assertEquals(
        List.of("plain", "deep", "deep timed apart", "plain", "deep", "plain", "deep"), order);
    SideBySide.Row deep = result.rows().get(1);
    assertEquals(1.25, result.measured(deep).orElseThrow(), 1e-9);
    // 3 tokens a pass ÷ (1 + 2 drafts × 2 ms ÷ 10 ms).
    assertEquals(3 / 1.4, result.expected(deep).orElseThrow(), 1e-9);
    assertEquals(OptionalDouble.empty(), result.expected(result.rows().get(0)));
    assertTrue(result.sameAsFirst(deep));
  }

  @Test
  void anotherTextIsSeen() {
    SideBySide result =
        compare(
            request ->
                run(
                    request,
                    request.draft().orElseThrow().equals(PLAIN)
                        ? new int[] {1, 2}
                        : new int[] {1, 3}));
    assertFalse(result.sameAsFirst(result.rows().get(1)));
    assertEquals(Optional.empty(), result.rows().get(0).flip());
    Flip flip = result.rows().get(1).flip().orElseThrow();
    assertEquals(2, flip.token());
    assertEquals(new Flip.Choice(2, "<2>"), flip.expected().orElseThrow());
    assertEquals(new Flip.Choice(3, "<3>"), flip.found().orElseThrow());
    assertEquals(-0.25, flip.gap().orElseThrow().gap());
    assertTrue(flip.gap().orElseThrow().isRounding());
  }

  @Test
  void nothingToCompareIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            SideBySide.of(
                List.of(), 1, d -> null, new ScriptedEngine(r -> null), (done, all) -> {}));
  }
}
