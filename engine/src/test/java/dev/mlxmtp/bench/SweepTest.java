package dev.mlxmtp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.session.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Counts, rates and the order of a sweep whose answers are made up. */
class SweepTest {
  private final ScriptedSweep engine = new ScriptedSweep();
  private final List<SweepRecord> finished = new ArrayList<>();

  private SweepResult run(SweepPlan plan, List<SweepRecord> done) {
    return Sweep.run(
        plan, engine::serve, done, finished::add, (before, all, next, left) -> {}, () -> false);
  }

  @Test
  void countsByPlaceWithoutWhatIsPastTheEnd() {
    SweepResult result = run(ScriptedSweep.plan(2, 1, 0), List.of());
    assertTrue(result.isComplete());
    assertEquals(result.records(), finished);

    // p0: three rounds of 3, 3 and 1 drafts, of which 0, 2 and 1 are kept.
    SweepRow a = result.rows("a").getLast();
    assertEquals(
        new SweepCounts(3, 6, List.of(3, 2, 2), List.of(3, 1, 1), List.of(2, 1, 0)), a.counts());
    // p1: 3 of 3, then of the places 15 and 16 and the end, 1, then the end itself: not the two
    // drafts behind it.
    SweepRow b = result.rows("b").getLast();
    assertEquals(
        new SweepCounts(3, 7, List.of(3, 2, 2), List.of(3, 2, 1), List.of(3, 1, 1)), b.counts());

    SweepRow all = result.rows().getLast();
    assertEquals(2, all.answers());
    assertEquals(a.counts().plus(b.counts()), all.counts());
    assertEquals(8 / 14.0, all.counts().overall().rate().orElseThrow(), 1e-12);
    assertEquals(new Share(5, 6), all.counts().at(0));
    assertEquals(new Share(2, 4), all.counts().at(1));
    assertEquals(new Share(2, 3), all.counts().given(1));
    assertEquals(new Share(0, 0), all.counts().at(7));
    assertEquals(8 / 6.0, all.counts().acceptedPerPass().orElseThrow(), 1e-12);
    // One less than the accepted and the passes, since an accepted draft ended a text.
    assertEquals(13 / 6.0, all.counts().tokensPerPass().orElseThrow(), 1e-12);

    SweepRow plain = result.rows().getFirst();
    assertEquals(new SweepCounts(13, 13, List.of(), List.of(), List.of()), plain.counts());
    assertEquals(OptionalDouble.of(1), plain.counts().tokensPerPass());
    assertEquals(OptionalDouble.empty(), plain.counts().overall().rate());
  }

  @Test
  void textsAreComparedWithThePlainOnes() {
    SweepResult result = run(ScriptedSweep.plan(3, 1, 0, .7), List.of());
    assertEquals(
        List.of(
            Optional.empty(),
            Optional.of(new Share(2, 3)),
            Optional.empty(),
            Optional.of(new Share(2, 3))),
        result.rows().stream().map(SweepRow::asPlain).toList());
    assertEquals(Optional.of(new Share(1, 1)), result.rows("b").get(1).asPlain());
  }

  @Test
  void whatIsDoneIsNotRunAgain() {
    SweepPlan plan = ScriptedSweep.plan(3, 1, 0);
    List<SweepRecord> whole = run(plan, List.of()).records();
    assertEquals(6, whole.size());
    engine.asked.clear();
    finished.clear();
    SweepResult again = run(plan, List.of(whole.get(0), whole.get(3), whole.get(4)));
    assertEquals(List.of("p0 mtp 0.0", "p1 plain 0.0", "p2 mtp 0.0"), engine.asked);
    assertEquals(3, finished.size());
    assertTrue(again.isComplete());
    assertEquals(new SweepResult(plan, whole).rows(), again.rows());
  }

  @Test
  void whatBelongsToAnotherSweepDoesNotCount() {
    List<SweepRecord> whole = run(ScriptedSweep.plan(3, 1, 0, .7), List.of()).records();
    engine.asked.clear();
    SweepResult smaller = run(ScriptedSweep.plan(2, 1, .7), whole);
    assertEquals(List.of(), engine.asked);
    assertEquals(4, smaller.records().size());
  }

  @Test
  void promptsAreAnsweredTogetherAndTheRestOfAGroupAlone() {
    SweepPlan plan = ScriptedSweep.plan(3, 2, 0);
    SweepRecord first = run(plan, List.of()).records().getFirst();
    assertEquals(List.of(2, 2, 1, 1), engine.sizes);
    engine.sizes.clear();
    engine.asked.clear();
    run(plan, List.of(first));
    assertEquals(List.of(1, 2, 1, 1), engine.sizes);
    assertEquals("p1 plain 0.0", engine.asked.getFirst());
  }

  @Test
  void itSaysWhatComesNext() {
    SweepPlan plan = ScriptedSweep.plan(2, 1, 0);
    List<String> lines = new ArrayList<>();
    SweepRecord first = run(plan, List.of()).records().getFirst();
    Sweep.run(
        plan,
        engine::serve,
        List.of(first),
        record -> {},
        (done, all, next, left) -> {
          assertFalse(left.isNegative());
          lines.add(done + " of " + all + " " + next.drafter());
        },
        () -> false);
    assertEquals(List.of("1 of 4 mtp3", "2 of 4 plain", "3 of 4 mtp3"), lines);
  }

  @Test
  void itEndsBetweenAnswersOrWithACancelledOneAndKeepsTheRest() {
    SweepPlan plan = ScriptedSweep.plan(3, 3, 0);
    SweepResult between =
        Sweep.run(
            plan,
            engine::serve,
            List.of(),
            finished::add,
            (done, all, next, left) -> {},
            () -> !finished.isEmpty());
    assertEquals(3, between.records().size());
    assertFalse(between.isComplete());

    finished.clear();
    SweepResult within =
        Sweep.run(
            plan,
            requests -> {
              List<Generation> answers = new ArrayList<>(engine.serve(requests));
              answers.set(1, ScriptedSweep.cancelled(answers.get(1)));
              return answers;
            },
            List.of(),
            finished::add,
            (done, all, next, left) -> {},
            () -> false);
    assertEquals(
        List.of("p0", "p2"), within.records().stream().map(r -> r.cell().prompt().text()).toList());
    assertEquals(2, finished.size());
    assertEquals(0, within.rows().getLast().answers());
  }

  // Newcombe 1998, Statistics in Medicine 17, table I, method 3.
  @Test
  void intervalsOfWilson() {
    assertInterval(81, 263, .2553, .3662);
    assertInterval(15, 148, .0624, .1605);
    assertInterval(0, 20, 0, .1611);
    assertInterval(1, 29, .0061, .1718);
    assertInterval(20, 20, .8389, 1);
    assertEquals(Optional.empty(), new Share(0, 0).interval());
    assertThrows(IllegalArgumentException.class, () -> new Share(2, 1));
  }

  private static void assertInterval(int part, int whole, double low, double high) {
    Share.Interval interval = new Share(part, whole).interval().orElseThrow();
    assertEquals(low, interval.low(), 5e-5);
    assertEquals(high, interval.high(), 5e-5);
  }
}
