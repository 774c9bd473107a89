package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is learnt from rounds whose costs and acceptance are made up. */
class SpeculationTest {
  private static final double PASS = 3e6;
  private static final double STEP = 0.5e6;

  private final Random random = new Random(5);

  private static Round round(int drafted, int accepted, double confidence) {
    float[] head = new float[drafted];
    Arrays.fill(head, (float) confidence);
    return new Round(
        0,
        "mtp",
        new int[drafted],
        head,
        new float[drafted],
        new int[drafted],
        accepted,
        OptionalInt.of(1),
        new Round.Timings(0, OptionalDouble.empty(), 1, OptionalDouble.empty()));
  }

  private Speculation learnt(double row, double accepted) {
    Speculation learnt = new Speculation();
    for (int i = 0; i < 200; i++) {
      int k = i % 4;
      int kept = 0;
      while (kept < k && random.nextDouble() < accepted) {
        kept++;
      }
      double drafting = k * STEP;
      for (int step = 0; step < k; step++) {
        learnt.observeStep(step, STEP);
      }
      double noise = 1 + 0.1 * random.nextGaussian();
      Round round = round(k, kept, accepted);
      learnt.observe(round, drafting, drafting + (PASS + k * row) * Math.max(0.5, noise));
      learnt.observeDraft(round);
    }
    return learnt;
  }

  @Test
  void costsAreWhatWasMeasured() {
    assertTrue(new Speculation().costs().isEmpty());
    Speculation.Costs costs = learnt(0.3e6, 0.8).costs().orElseThrow();
    assertEquals(PASS, costs.pass(), 0.1 * PASS);
    assertEquals(0.3e6, costs.row(), 0.15e6);
    assertEquals(STEP, costs.firstStep());
    assertEquals(STEP, costs.nextStep());
    Speculation waiting = learnt(3e6, 0.3);
    int before = waiting.costs().orElseThrow().untilProbe();
    assertFalse(waiting.isTimeToProbe());
    assertEquals(before - 1, waiting.costs().orElseThrow().untilProbe());
  }

  private static String best(Speculation learnt) {
    return learnt.arms().stream()
        .filter(arm -> !arm.name().startsWith("ngram"))
        .max(Comparator.comparingDouble(Speculation.Arm::speed))
        .orElseThrow()
        .name();
  }

  @Test
  void costsAndAcceptanceAreFound() {
    Speculation learnt = learnt(0.3e6, 0.8);
    assertEquals(PASS, learnt.pass().of(1), 0.1 * PASS);
    assertEquals(0.3e6, learnt.rowCost(), 0.15e6);
    assertEquals(STEP, learnt.stepCost(0), 1);
    assertEquals(0.8, learnt.kept(0), 0.08);
    assertEquals(0.8, learnt.kept(1), 0.1);
    assertEquals(0.8, learnt.kept(0, 0.8), 0.08);
  }

  @Test
  void dearRowsAndPoorHeadsDoNotPay() {
    assertTrue(best(learnt(0.1e6, 0.9)).startsWith("mtp, depth"));
    assertEquals("plain", best(learnt(PASS, 0.8)), "each row costs a pass");
    assertEquals("plain", best(learnt(0.8e6, 0.2)), "the head is mostly wrong");
  }

  @Test
  void nothingIsSaidBeforeItIsKnown() {
    Speculation fresh = new Speculation();
    assertFalse(fresh.isReady());
    assertTrue(fresh.arms().isEmpty());
    fresh.observe(round(0, 0, 0), 0, PASS);
    assertTrue(fresh.arms().isEmpty());
  }

  @Test
  void whatLoadingCodeTakesDoesNotCount() {
    Speculation learnt = new Speculation();
    for (int i = 0; i < 6; i++) {
      double cold = i < 2 ? 50 : 1;
      int k = i % 2 * 2;
      for (int step = 0; step < k; step++) {
        learnt.observeStep(step, cold * STEP);
      }
      learnt.observe(round(k, 0, 0.5), 0, cold * PASS);
    }
    Speculation.Costs costs = learnt.costs().orElseThrow();
    assertEquals(STEP, costs.firstStep());
    assertEquals(STEP, costs.nextStep());
    assertEquals(PASS, costs.pass(), 0.05 * PASS);
    assertTrue(costs.row() < 0.1 * PASS, () -> "" + costs.row());
  }

  @Test
  void whatWasDearOnceIsForgottenWhereSeveralRowsAreSeenAgain() {
    PassCost cost = new PassCost();
    for (int i = 0; i < 4; i++) {
      cost.observe(5, 20 * PASS);
      cost.observe(1, PASS);
    }
    assertTrue(cost.row() > PASS, () -> "" + cost.row());
    for (int i = 0; i < 300; i++) {
      cost.observe(i % 32 == 0 ? 3 : 1, i % 32 == 0 ? PASS + 0.2e6 : PASS);
    }
    assertEquals(0.1e6, cost.row(), 0.05e6);
  }

  @Test
  void aChainThatWasNotMadeLatelyIsUnknown() {
    Speculation learnt = learnt(0.3e6, 0.8);
    assertFalse(learnt.isChainForgotten());
    for (int i = 0; i < 250; i++) {
      learnt.observe(round(1, 1, 0.8), STEP, STEP + PASS);
    }
    assertTrue(learnt.isChainForgotten());
    assertTrue(learnt.isReady());
  }

  @Test
  void aPauseOfTheMachineIsForgotten() {
    PassCost cost = new PassCost();
    for (int i = 0; i < 50; i++) {
      cost.observe(1 + i % 4, PASS + (i % 4) * 0.3e6);
    }
    double before = cost.of(2);
    cost.observe(2, 100 * PASS);
    assertEquals(before, cost.of(2), 0.1 * before);
  }
}
