package dev.mlxmtp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.SamplingOptions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which settings and answers an option stands for. */
class SweepPlanTest {
  private static final MtpVariant STANDARD = MtpVariant.standard();
  private static final MtpVariant OFF = new MtpVariant(true, false);
  private static final MtpVariant UNCHAINED = new MtpVariant(true, true, false);

  static PromptSet prompts(int n) {
    return new PromptSet(
        "own",
        IntStream.range(0, n)
            .mapToObj(i -> new PromptSet.Entry(i % 2 == 0 ? "a" : "b", "p" + i))
            .toList());
  }

  private static SweepPlan plan(
      int prompts, List<SweepSetting> settings, Coupling coupling, int repeat, int batch) {
    return new SweepPlan(
        prompts(prompts),
        settings,
        new SamplingOptions(0, 20, .9, 0, 1, 5),
        coupling,
        9,
        repeat,
        batch);
  }

  @Test
  void seedsGoRoundAtTheEnd() {
    SweepSetting warm = new SweepSetting("plain", STANDARD, 1);
    SweepPlan plan =
        new SweepPlan(
            prompts(1),
            List.of(warm),
            new SamplingOptions(0, 0, 1, 0, 1, Long.MAX_VALUE),
            Coupling.GUMBEL,
            9,
            2,
            1);
    assertEquals(List.of(Long.MAX_VALUE, Long.MIN_VALUE), plan.seeds(warm));
    assertEquals(2, plan.cells().size());
  }

  @Test
  void depths() {
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6), Depths.parse("0..6"));
    assertEquals(List.of(3, 0, 1), Depths.parse("3,0,1"));
    assertEquals(List.of(0, 2, 3, 8), Depths.parse("0, 2..3 ,8"));
    assertEquals(List.of(4), Depths.parse("4..4"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0..9; 0 to 8",
        "12; 0 to 8",
        "3..1; 1..3",
        "1,1; twice",
        "1..3,2; twice",
        "two; 0..6",
        "-1; 0..6",
        "1..; 0..6",
        "1,,2; 0..6",
        "''; 0..6"
      })
  void wrongDepths(String text, String part) {
    BenchException e = assertThrows(BenchException.class, () -> Depths.parse(text));
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }

  @Test
  void variantsAreEveryCombination() {
    assertEquals(List.of(STANDARD, OFF), Variants.parse("history=on|off"));
    assertEquals(
        List.of(
            new MtpVariant(false, true, true),
            new MtpVariant(false, true, false),
            new MtpVariant(false, false, true),
            new MtpVariant(false, false, false)),
        Variants.parse("chain=post|pre,hidden=pre,history=on|off"));
    assertEquals(8, Variants.parse("history=on|off,hidden=post|pre,chain=post|pre").size());
    assertEquals("standard", Variants.label(STANDARD));
    assertEquals(
        "history=off,hidden=pre,chain=pre", Variants.label(new MtpVariant(false, false, false)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "histroy=on; histroy=on",
        "history; history",
        "''; history=on|off",
        "history=maybe; on or off",
        "hidden=on; post or pre",
        "hidden=; post or pre",
        "chain=pre|pre; twice",
        "chain=pre,chain=post; twice"
      })
  void wrongVariants(String text, String part) {
    BenchException e = assertThrows(BenchException.class, () -> Variants.parse(text));
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }

  @Test
  void aVariantThatChangesNothingIsRunOnce() {
    List<SweepSetting> all =
        SweepSetting.all(
            List.of(0, 1, 2), List.of("ngram"), List.of(STANDARD, OFF, UNCHAINED), List.of(0.0));
    assertEquals(
        List.of(
            new SweepSetting("plain", STANDARD, 0),
            new SweepSetting("mtp1", STANDARD, 0),
            new SweepSetting("mtp2", STANDARD, 0),
            new SweepSetting("ngram", STANDARD, 0),
            new SweepSetting("mtp1", OFF, 0),
            new SweepSetting("mtp2", OFF, 0),
            new SweepSetting("mtp2", UNCHAINED, 0)),
        all);
    assertEquals(new DraftOptions.Mtp(2, 0, UNCHAINED), all.getLast().draft());
    assertEquals(new DraftOptions.None(), all.getFirst().draft());
    assertEquals(new DraftOptions.Auto(8, OFF), new SweepSetting("auto", OFF, 0).draft());
    assertTrue(all.get(1).needsHead());
    assertFalse(all.get(3).needsHead());
  }

  @Test
  void whatSamplesIsRepeatedAndAllSettingsTakeSomePromptsFirst() {
    List<SweepSetting> settings =
        SweepSetting.all(List.of(0), List.of(), List.of(STANDARD), List.of(0.0, 0.7));
    SweepPlan plan = plan(3, settings, Coupling.GUMBEL, 2, 2);
    assertEquals(
        List.of(
            "[p0, p1] 0.0 5",
            "[p0, p1] 0.7 5",
            "[p0, p1] 0.7 6",
            "[p2] 0.0 5",
            "[p2] 0.7 5",
            "[p2] 0.7 6"),
        plan.groups().stream()
            .map(
                g ->
                    g.stream().map(c -> c.prompt().text()).toList()
                        + " "
                        + g.getFirst().setting().temperature()
                        + " "
                        + g.getFirst().seed())
            .toList());
    assertEquals(9, plan.cells().size());
    assertEquals(
        new SamplingOptions(.7, 20, .9, 0, 1, 6), plan.sampling(plan.groups().get(2).getFirst()));
  }

  @Test
  void rejectionGivesOtherTextsWhereItSamples() {
    List<SweepSetting> settings =
        SweepSetting.all(List.of(1), List.of(), List.of(STANDARD), List.of(0.0, 0.7));
    SweepPlan rejection = plan(1, settings, Coupling.REJECTION, 1, 1);
    assertTrue(rejection.isComparable(settings.getFirst()));
    assertFalse(rejection.isComparable(settings.getLast()));
    assertTrue(plan(1, settings, Coupling.GUMBEL, 1, 1).isComparable(settings.getLast()));
  }

  @Test
  void whatCannotBeDoneIsRefused() {
    List<SweepSetting> one = List.of(new SweepSetting("mtp1", STANDARD, 0));
    assertThrows(BenchException.class, () -> plan(1, List.of(), Coupling.GUMBEL, 1, 1));
    assertThrows(BenchException.class, () -> plan(1, one, Coupling.GUMBEL, 0, 1));
    assertThrows(BenchException.class, () -> plan(1, one, Coupling.GUMBEL, 1, 0));
    PromptSet.Entry entry = new PromptSet.Entry("a", "twice");
    PromptSet twice = new PromptSet("own", List.of(entry, entry));
    BenchException e =
        assertThrows(
            BenchException.class,
            () -> new SweepPlan(twice, one, SamplingOptions.greedy(), Coupling.GUMBEL, 9, 1, 1));
    assertTrue(e.getMessage().contains("twice"), e::getMessage);
  }
}
