package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Generation.FinishReason;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FooterTest {
  private static Round round(int drafted, int accepted) {
    return new Round(
        0,
        drafted == 0 ? "none" : "mtp",
        new int[drafted],
        new float[drafted],
        new float[drafted],
        new int[drafted],
        accepted,
        OptionalInt.of(1),
        new Round.Timings(0, OptionalDouble.empty(), 1, OptionalDouble.empty()));
  }

  private static Generation generation(
      List<Round> rounds, int tokens, int reused, FinishReason reason, long ttft) {
    return new Generation(
        "any",
        new int[33],
        reused,
        new int[tokens],
        OptionalInt.empty(),
        "",
        reason,
        rounds,
        ttft,
        50_000_000,
        0);
  }

  private static String line(Generation generation) {
    return Footer.line(generation, SamplingOptions.greedy());
  }

  @Test
  void speculation() {
    List<Round> rounds = List.of(round(3, 3), round(3, 1), round(3, 0), round(2, 2));
    assertEquals(
        "11 tokens · 200 tok/s · accepted 55% (d1 .75 d2 .50 d3 .33) · 2.5 tokens/pass"
            + " · TTFT 9 ms · any · reused 33 of 33 · stop",
        line(generation(rounds, 11, 33, FinishReason.STOP, 9_200_000)));
  }

  @Test
  void plainDecodingHasNoAcceptance() {
    assertEquals(
        "3 tokens · 40.0 tok/s · TTFT 1.50 s · any · prompt 33 · length",
        line(
            generation(
                List.of(round(0, 0), round(0, 0)), 3, 0, FinishReason.LENGTH, 1_500_000_000L)));
  }

  @Test
  void whatWasNotMeasuredIsAbsent() {
    assertEquals(
        "0 tokens · any · prompt 33 · cancelled",
        line(generation(List.of(), 0, 0, FinishReason.CANCELLED, 0)));
    assertEquals(
        "1 token · TTFT 0.4 ms · any · prompt 33 · cancelled",
        line(generation(List.of(), 1, 0, FinishReason.CANCELLED, 400_000)));
  }

  @Test
  void samplingIsNamedWithItsSeed() {
    assertEquals(
        "1 token · TTFT 9 ms · any · prompt 33 · temperature 0.7 · seed 42 · stop",
        Footer.line(
            generation(List.of(), 1, 0, FinishReason.STOP, 9_000_000),
            new SamplingOptions(0.7, 0, 1, 0, 1, 42)));
  }

  @Test
  void figures() {
    assertEquals("999", Figures.count(999));
    assertEquals("1.00K", Figures.count(1000));
    assertEquals("12.7M", Figures.count(12_728_752));
    assertEquals("1.00M", Figures.count(999_999));
    assertEquals("35.1B", Figures.count(35_107_000_000L));
    assertEquals("0 B", Figures.bytes(0));
    assertEquals("25.5 MB", Figures.bytes(25_532_160));
    assertEquals("10.0", Figures.three(9.999));
    assertEquals("9.99", Figures.three(9.99));
    assertEquals("100", Figures.three(99.96));
    assertEquals("1.00", Figures.proportion(1));
    assertEquals(".00", Figures.proportion(0));
    assertEquals("1.00 s", Figures.duration(999_600_000));
    assertEquals("2", Figures.setting(2.0));
  }
}
