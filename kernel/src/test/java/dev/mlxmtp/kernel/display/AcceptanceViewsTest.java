package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.Speculation;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AcceptanceViewsTest {
  private static Round round(int accepted, float... head) {
    return new Round(
        0,
        "mtp",
        new int[head.length],
        head,
        new float[0],
        new int[0],
        accepted,
        OptionalInt.of(1),
        new Round.Timings(2_000_000, OptionalDouble.empty(), 10_000_000, OptionalDouble.empty()));
  }

  @Test
  void theStripShowsWhatBecameOfEachDraft() {
    AcceptanceView view =
        new AcceptanceView(List.of(round(2, .5f, .5f), round(1, .5f, .5f, .5f), round(0, .5f)));
    assertEquals(
        List.of(
            " ·",
            "█░",
            "██░",
            "",
            "a column a round, the draft's first token at the bottom: █ accepted, ░ rejected,"
                + " · not reached"),
        view.textStrip(80, false));
    assertEquals(List.of(" .", "#x", "##x"), view.textStrip(80, true).subList(0, 3));
  }

  @Test
  void aLongStripIsWrappedAndADeepOneIsCut() {
    AcceptanceView many = new AcceptanceView(Collections.nCopies(300, round(0, .5f)));
    List<String> lines = many.textStrip(100, false);
    assertEquals("░".repeat(100), lines.get(0));
    assertEquals("░".repeat(40), lines.get(4));
    assertTrue(lines.getLast().contains("the first 240 of 300"), lines::toString);
    List<String> deep = new AcceptanceView(List.of(round(0, new float[20]))).textStrip(80, false);
    assertTrue(deep.contains("(the first 8 of up to 20 drafts)"), deep::toString);
  }

  @Test
  void reliabilityIsMeanProbabilityAgainstAcceptance() {
    // Of four drafts near .9 three are kept; of two near .25 one is.
    List<Proposal> proposals =
        Proposal.of(
            List.of(
                round(1, .92f),
                round(1, .92f),
                round(1, .96f),
                round(0, .96f),
                round(1, .22f),
                round(0, .28f, .99f)));
    Reliability reliability = Reliability.of(proposals);
    assertEquals(
        List.of(
            List.of(".20–.30", "2", "1", ".50", ".25"),
            List.of(".90–1.00", "4", "3", ".75", ".94")),
        reliability.grid().rows());
    assertEquals((2 * 0.25 + 4 * 0.19) / 6, reliability.error(), 1e-6);
    Chart chart = reliability.chart();
    assertEquals(2, chart.series().size());
    Point.At first = (Point.At) chart.series().getFirst().points().getFirst();
    assertEquals(.25, first.x(), 1e-6);
    assertEquals(.5, first.y(), 1e-9);
    assertEquals(List.of(Point.of(0, 0), Point.of(1, 1)), chart.series().getLast().points());
  }

  @Test
  void speedUpIsExpectedFromAcceptanceAndCosts() {
    // Two rounds of 12 ms emit five tokens; plain passes take 10 ms.
    List<Round> rounds = List.of(round(2, .9f, .9f), round(1, .9f, .9f));
    Speculation.Costs costs = new Speculation.Costs(10e6, 2e6, 1e6, 0.5e6, 8);
    SpeedUp speedUp = SpeedUp.of(rounds, costs).orElseThrow();
    assertEquals(50 / 24.0, speedUp.measured(), 1e-9);
    assertEquals(50 / 23.0, speedUp.free(), 1e-9);
    assertEquals(50 / 31.0, speedUp.priced(), 1e-9);
    assertTrue(speedUp.remark().startsWith("× plain: 2.08 measured; expected 1.61 with"));
    assertEquals(Optional.empty(), SpeedUp.of(List.of(), costs));
  }

  private static String arms(double tokens, double roundNanos, Speculation.Costs costs) {
    List<Speculation.Arm> arms =
        List.of(
            new Speculation.Arm("plain", 1, 10e6),
            new Speculation.Arm("mtp, depth 1", tokens, roundNanos),
            new Speculation.Arm("ngram, 3 agree, 4 drafted", 9, 10e6));
    return String.join("\n", new ArmsView(arms, costs).grid().remarks());
  }

  @Test
  void copiesThatDoNotPayAreNotPromised() {
    List<Speculation.Arm> arms =
        List.of(
            new Speculation.Arm("plain", 1, 10e6),
            new Speculation.Arm("mtp, depth 1", 1.8, 20e6),
            new Speculation.Arm("ngram, 18 agree, 4 drafted", 4.5, 50e6));
    Speculation.Costs costs = new Speculation.Costs(10e6, 10e6, 1e6, .5e6, 8);
    List<String> remarks = new ArmsView(arms, costs).grid().remarks();
    assertEquals("copies of what stood before are not expected to pay", remarks.getLast());
  }

  @Test
  void whyItDraftsOrNotIsSaid() {
    String drafts = arms(1.8, 12e6, new Speculation.Costs(10e6, 1e6, 1e6, .5e6, 8));
    assertTrue(drafts.contains("a further row costs 0.10 of one, a step of the head 0.10"), drafts);
    assertTrue(drafts.contains("mtp, depth 1 gives 1.80 for 1.20, so it drafts"), drafts);
    assertTrue(drafts.contains("ngram, 3 agree, 4 drafted gives 9.00 for 1.00"), drafts);
    String plain = arms(1.4, 20e6, new Speculation.Costs(10e6, 9e6, 1e6, .5e6, 8));
    assertTrue(
        plain.contains(
            "mtp, depth 1 gives 1.40 for 2.00, so it decodes plainly; drafts would pay from 2.00"
                + " tokens a round, more than there can be, or where a row cost less than 0.30 of a"
                + " pass; a draft is tried all the same in 8 rounds"),
        plain);
    String hopeless = arms(1.1, 15e6, new Speculation.Costs(10e6, 1e6, 4e6, 4e6, 1));
    assertTrue(hopeless.contains("would not even if rows were free; the next round"), hopeless);
  }
}
