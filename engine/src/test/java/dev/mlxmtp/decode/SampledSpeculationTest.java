package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;

/**
 * The rule by which a sampled draft is judged, on distributions of 24 tokens: what stands in the
 * end has the model's distribution. Wrong rules that are known from other programs fail the same
 * test.
 */
class SampledSpeculationTest {
  private static final int TOKENS = 24;
  private static final int SAMPLES = 20_000;

  private static boolean fits(double[] expected, IntUnaryOperator token) {
    int[] counts = new int[TOKENS];
    for (int i = 0; i < SAMPLES; i++) {
      counts[token.applyAsInt(i)]++;
    }
    return ChiSquare.of(expected, counts).p() > 1e-4;
  }

  private record Case(SamplingOptions options, float[] target, float[] head) {
    Chooser.Sampled chooser(Coupling coupling) {
      return new Chooser.Sampled(new Sampler(options, 0), coupling);
    }

    Distribution p() {
      return new Sampler(options, 0).distribution(target.clone(), () -> new int[] {1, 2});
    }

    Distribution q() {
      return new Sampler(options, 0).distribution(head.clone(), () -> new int[] {1, 2});
    }

    double[] expected() {
      double[] expected = new double[TOKENS];
      Arrays.setAll(expected, p()::probability);
      return expected;
    }
  }

  // A head that resembles the model, as one that was trained to does.
  private static Case[] cases() {
    Random random = new Random(7);
    SamplingOptions[] all = {
      new SamplingOptions(0.7, 0, 1, 0, 1, 1),
      new SamplingOptions(1, 0, 1, 0, 1, 2),
      new SamplingOptions(1, 0, 0.9, 0, 1, 3),
      new SamplingOptions(1, 8, 1, 0, 1, 4),
      new SamplingOptions(0.8, 0, 1, 0.1, 1.3, 5),
      new SamplingOptions(1.5, 6, 0.95, 0, 1.2, 6)
    };
    Case[] cases = new Case[all.length];
    for (int c = 0; c < all.length; c++) {
      float[] target = new float[TOKENS];
      float[] head = new float[TOKENS];
      for (int t = 0; t < TOKENS; t++) {
        target[t] = (float) (2 * random.nextGaussian());
        head[t] = (float) (target[t] + random.nextGaussian());
      }
      cases[c] = new Case(all[c], target, head);
    }
    return cases;
  }

  @Test
  void bothCouplingsHaveTheModelsDistribution() {
    for (Case c : cases()) {
      Distribution p = c.p();
      Distribution q = c.q();
      for (Coupling coupling : Coupling.values()) {
        Chooser.Sampled chooser = c.chooser(coupling);
        assertTrue(
            fits(c.expected(), i -> chooser.judge(chooser.draft(q, i), p, q, i)),
            coupling + " with " + c.options());
      }
    }
  }

  // What the text gets where a chain ends before a draft that the head is not sure enough of.
  private static boolean endingFits(
      Case c, Coupling coupling, ToDoubleBiFunction<Distribution, Integer> of) {
    Distribution p = c.p();
    Distribution q = c.q();
    Chooser.Sampled chooser = c.chooser(coupling);
    double least = 0.9 * q.highest();
    return fits(
        c.expected(),
        i -> {
          int drafted = chooser.draft(q, i);
          return of.applyAsDouble(q, drafted) >= least
              ? chooser.judge(drafted, p, q, i)
              : chooser.choose(p, i);
        });
  }

  @Test
  void aChainThatEndsEarlyLeavesTheDistribution() {
    int found = 0;
    for (Case c : cases()) {
      for (Coupling coupling : Coupling.values()) {
        assertTrue(
            endingFits(c, coupling, c.chooser(coupling)::confidence),
            coupling + " with " + c.options());
      }
      found += endingFits(c, Coupling.REJECTION, Distribution::probability) ? 0 : 1;
    }
    assertTrue(found >= 5, "drafts withheld for what they are: found " + found + " times");
  }

  @Test
  void gumbelCouplingIsPlainSampling() {
    for (Case c : cases()) {
      Chooser.Sampled chooser = c.chooser(Coupling.GUMBEL);
      Sampler plain = new Sampler(c.options(), 0);
      for (int i = 0; i < 2000; i++) {
        int drafted = chooser.draft(c.q(), i);
        assertEquals(
            plain.choose(c.target().clone(), new int[] {1, 2}, i),
            chooser.judge(drafted, c.p(), c.q(), i));
      }
    }
  }

  // Σ min(p, q) for rejection; at least (1 − TV) ÷ (1 + TV) where the noise is shared.
  @Test
  void asManyDraftsAreAcceptedAsTheoryHas() {
    for (Case c : cases()) {
      Distribution p = c.p();
      Distribution q = c.q();
      double overlap = 0;
      for (int t = 0; t < TOKENS; t++) {
        overlap += Math.min(p.probability(t), q.probability(t));
      }
      double tv = 1 - overlap;
      double margin = 5 / Math.sqrt(SAMPLES);
      double rejection = accepted(c.chooser(Coupling.REJECTION), p, q);
      double gumbel = accepted(c.chooser(Coupling.GUMBEL), p, q);
      assertEquals(overlap, rejection, margin);
      assertTrue(gumbel > (1 - tv) / (1 + tv) - margin, gumbel + " at distance " + tv);
      assertTrue(gumbel < overlap + margin, gumbel + " at distance " + tv);
    }
  }

  private static double accepted(Chooser.Sampled chooser, Distribution p, Distribution q) {
    int accepted = 0;
    for (int i = 0; i < SAMPLES; i++) {
      int drafted = chooser.draft(q, i);
      accepted += chooser.judge(drafted, p, q, i) == drafted ? 1 : 0;
    }
    return (double) accepted / SAMPLES;
  }

  @Test
  void wrongRulesAreFound() {
    Case c = cases()[1];
    Distribution p = c.p();
    Distribution q = c.q();
    Chooser.Sampled chooser = c.chooser(Coupling.REJECTION);
    Noise noise = new Noise(c.options().seed());

    int best = 0;
    for (int t = 1; t < TOKENS; t++) {
      best = p.probability(t) > p.probability(best) ? t : best;
    }
    int likeliest = best;
    assertTrue(
        !fits(
            c.expected(),
            i ->
                chooser.draft(q, i) == likeliest
                    ? likeliest
                    : p.choose(noise, Noise.Purpose.CHOICE, i)),
        "a draft is accepted where it is the likeliest");

    assertTrue(
        !fits(
            c.expected(),
            i -> {
              int drafted = chooser.draft(q, i);
              double accept = p.probability(drafted) / q.probability(drafted);
              return noise.uniform(Noise.Purpose.ACCEPT, i, drafted) < accept
                  ? drafted
                  : p.choose(noise, Noise.Purpose.RESIDUAL, i);
            }),
        "a rejected draft is replaced by a sample of all of p");

    SamplingOptions untempered = new SamplingOptions(1, 0, 1, 0, 1, 2);
    Case warm = new Case(new SamplingOptions(0.5, 0, 1, 0, 1, 2), c.target(), c.head());
    Distribution raw =
        new Sampler(untempered, 0).distribution(c.target().clone(), () -> new int[0]);
    Chooser.Sampled rejecting = warm.chooser(Coupling.REJECTION);
    assertTrue(
        !fits(
            warm.expected(), i -> rejecting.judge(rejecting.draft(warm.q(), i), raw, warm.q(), i)),
        "p is taken before the temperature");

    assertTrue(
        !fits(
            c.expected(),
            i -> {
              int drafted = chooser.draft(q, i);
              return noise.uniform(Noise.Purpose.ACCEPT, i, drafted) < p.probability(drafted)
                  ? drafted
                  : p.residual(q).choose(noise, Noise.Purpose.RESIDUAL, i);
            }),
        "a sampled draft is accepted with p alone");
  }
}
