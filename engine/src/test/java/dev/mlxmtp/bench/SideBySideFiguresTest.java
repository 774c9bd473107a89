package dev.mlxmtp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.session.Generation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SideBySideFiguresTest {
  private static Round round(int[] drafted, int accepted) {
    float[] even = new float[drafted.length];
    return new Round(
        0,
        "mtp",
        drafted,
        even,
        even,
        drafted,
        accepted,
        OptionalInt.of(9),
        new Round.Timings(0, OptionalDouble.empty(), 0, OptionalDouble.empty()));
  }

  private static SideBySide.Row row(int depth, double speed, OptionalDouble step, Round... rounds) {
    return new SideBySide.Row(
        DraftOptions.mtp(depth),
        new Generation(
            "",
            new int[] {1},
            0,
            new int[] {1},
            OptionalInt.empty(),
            "",
            Generation.FinishReason.LENGTH,
            List.of(rounds),
            1,
            1,
            1),
        OptionalDouble.of(speed),
        speed,
        speed,
        step,
        Optional.empty());
  }

  private static final SideBySide.Row PLAIN =
      row(0, 100, OptionalDouble.empty(), round(new int[0], 0));

  // 2.5 tokens and two drafts a pass; a plain pass is 10 ms, a draft step 2 ms.
  private static final SideBySide.Row DRAFTED =
      row(2, 160, OptionalDouble.of(2e6), round(new int[] {5, 6}, 2), round(new int[] {7, 8}, 1));

  @Test
  void speedUpsAreAgainstPlainDecoding() {
    SideBySide both = new SideBySide(List.of(PLAIN, DRAFTED), 3, true);
    assertEquals(1.6, both.measured(DRAFTED).orElseThrow(), 1e-12);
    assertEquals(0.2, both.draftCost(DRAFTED).orElseThrow(), 1e-12);
    assertEquals(2.5 / (1 + 2 * 0.2), both.expected(DRAFTED).orElseThrow(), 1e-12);
    assertTrue(both.draftCost(PLAIN).isEmpty());
    assertTrue(both.expected(PLAIN).isEmpty());
  }

  @Test
  void withoutPlainDecodingThereIsNothingToCompareWith() {
    SideBySide alone = new SideBySide(List.of(DRAFTED), 3, true);
    assertTrue(alone.measured(DRAFTED).isEmpty());
    assertTrue(alone.draftCost(DRAFTED).isEmpty());
    assertTrue(alone.expected(DRAFTED).isEmpty());
  }
}
