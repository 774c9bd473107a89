package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TicksTest {
  private static final int INTERVALS = 6;

  private static List<String> labels(double low, double high, Axis.Format format) {
    return Ticks.around(low, high, INTERVALS).labels(format);
  }

  @Test
  void marksCoverTheDataInStepsOfOneTwoOrFive() {
    Random random = new Random(1);
    for (int i = 0; i < 5000; i++) {
      double size = Math.pow(10, random.nextInt(-12, 12));
      double low = random.nextDouble(-1, 1) * size;
      double high = low + random.nextDouble(0.001, 2) * size;
      Ticks ticks = Ticks.around(low, high, INTERVALS);
      String range = low + " to " + high + ": " + ticks.values();
      assertTrue(ticks.low() <= low && high <= ticks.high(), range);
      assertEquals(ticks.low(), ticks.values().getFirst().doubleValue(), range);
      assertEquals(ticks.high(), ticks.values().getLast().doubleValue(), range);
      // Widening adds one interval at either end.
      assertTrue(ticks.values().size() <= INTERVALS + 3, range);
      assertTrue(ticks.values().size() >= 3, range);
      String step = ticks.step().stripTrailingZeros().unscaledValue().toString();
      assertTrue(List.of("1", "2", "5").contains(step), range);
      for (BigDecimal value : ticks.values()) {
        assertEquals(0, value.remainder(ticks.step()).signum(), range);
      }
      List<String> labels = ticks.labels(Axis.Format.NUMBER);
      assertEquals(labels.size(), new HashSet<>(labels).size(), range + labels);
    }
  }

  @Test
  void anAxisThatKeepsItsEndsHasItsMarksWithin() {
    Ticks ticks = Ticks.within(1, 5, 10, true);
    assertEquals(List.of("1", "2", "3", "4", "5"), ticks.labels(Axis.Format.NUMBER));
    Ticks between = Ticks.within(.3, 1.7, 5, false);
    assertEquals(List.of("0.5", "1.0", "1.5"), between.labels(Axis.Format.NUMBER));
    assertEquals(0.5, between.share(1.0), 1e-12);
  }

  @Test
  void labelsHaveTheDecimalsOfTheStep() {
    assertEquals(List.of("0", "0.2", "0.4", "0.6", "0.8", "1.0"), labels(0, 1, Axis.Format.NUMBER));
    assertEquals(
        List.of("0%", "20%", "40%", "60%", "80%", "100%"), labels(0, 1, Axis.Format.PERCENT));
    assertEquals("0.2%", labels(0, .01, Axis.Format.PERCENT).get(1));
    assertEquals(
        List.of("0", "5K", "10K", "15K", "20K", "25K", "30K"),
        labels(0, 30_000, Axis.Format.NUMBER));
    assertEquals("1E+300", labels(0, 1e300, Axis.Format.NUMBER).getLast());
    assertEquals("5B", labels(0, 5e9, Axis.Format.NUMBER).getLast());
    assertEquals("-2", labels(-2, 2, Axis.Format.NUMBER).getFirst());
    assertEquals("1000020", labels(1_000_000, 1_000_020, Axis.Format.NUMBER).getLast());
  }
}
