package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.TestPaths;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which tokens are left to choose from, in which proportion, and that the noise is fair. */
class SamplerTest {
  private static final int[] NONE = {};

  private static SamplingOptions options(
      double temperature, int topK, double topP, double minP, double penalty, long seed) {
    return new SamplingOptions(temperature, topK, topP, minP, penalty, seed);
  }

  private static float[] logs(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]);
    }
    return logits;
  }

  private static int[] draw(SamplingOptions options, float[] logits, int[] history, int count) {
    Sampler sampler = new Sampler(options, 0);
    int[] counts = new int[logits.length];
    for (int position = 0; position < count; position++) {
      counts[sampler.choose(logits.clone(), history, position)]++;
    }
    return counts;
  }

  private static Set<Integer> support(SamplingOptions options, float[] logits) {
    int[] counts = draw(options, logits, NONE, 3000);
    Set<Integer> drawn = new TreeSet<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        drawn.add(i);
      }
    }
    return drawn;
  }

  private static void assertFits(double[] expected, int[] counts, String what) {
    ChiSquare test = ChiSquare.of(expected, counts);
    assertTrue(test.p() > 1e-4, () -> what + ": " + test);
  }

  @Test
  void greedyTakesTheFirstOfTheBest() {
    Sampler sampler = new Sampler(SamplingOptions.greedy(), 0);
    assertEquals(2, sampler.choose(new float[] {1, 2, 5, 5, -1}, NONE, 0));
    assertEquals(0, sampler.choose(new float[] {-3, -4}, NONE, 7));
  }

  // 4 / 2 = 2 falls below 3; −1 · 2 = −2 falls below −1.5.
  @Test
  void thePenaltyDividesPositiveAndMultipliesNegativeLogits() {
    Sampler sampler = new Sampler(options(0, 0, 1, 0, 2, 0), 0);
    assertEquals(1, sampler.choose(new float[] {4, 3, 1}, new int[] {0}, 1));
    assertEquals(0, sampler.choose(new float[] {4, 1.9f, 1}, new int[] {0}, 1));
    assertEquals(1, sampler.choose(new float[] {-1, -1.5f}, new int[] {0}, 1));
    // Once, however often the token occurred.
    assertEquals(0, sampler.choose(new float[] {4, 1.9f}, new int[] {0, 0, 0, 0}, 4));
  }

  // The two count the answer alone, the one each token once, the other each time.
  @Test
  void presenceAndFrequency() {
    int[] history = {0, 1, 1, 2, 1};
    float[] logits = {5, 4, 3, 2};
    assertEquals(0, greedy(0, 0, Map.of()).choose(logits.clone(), history, 5));
    // From index 2 on: token 1 twice, token 2 once.
    assertArrayEquals(
        new double[] {5, 4 - 1.5 - 2 * 0.5, 3 - 1.5 - 0.5, 2},
        scores(new SamplingOptions(1, 0, 1, 0, 1, 1.5, 0.5, Map.of(), 0), logits, history, 2),
        1e-6);
    assertArrayEquals(
        new double[] {5, 4 + 3 * 2, 3 + 2, 2},
        scores(new SamplingOptions(1, 0, 1, 0, 1, 0, -2, Map.of(), 0), logits, history, 1),
        1e-6);
  }

  // Bias comes first, so that the repetition penalty acts on what it leaves.
  @Test
  void biasComesBeforeTheRepetitionPenalty() {
    assertArrayEquals(
        new double[] {(4 - 6) * 2, 3},
        scores(
            new SamplingOptions(1, 0, 1, 0, 2, 0, 0, Map.of(0, -6.0), 0),
            new float[] {4, 3},
            new int[] {0},
            0),
        1e-6);
    assertEquals(1, greedy(0, 0, Map.of(0, -100.0)).choose(new float[] {4, 3}, NONE, 0));
    assertEquals(1, greedy(0, 0, Map.of(1, 2.0)).choose(new float[] {4, 3}, NONE, 0));
  }

  private static Sampler greedy(double presence, double frequency, Map<Integer, Double> bias) {
    return new Sampler(new SamplingOptions(0, 0, 1, 0, 1, presence, frequency, bias, 0), 0);
  }

  // Logarithms of what is drawn from, relative to the last token.
  private static double[] scores(
      SamplingOptions options, float[] logits, int[] history, int answer) {
    Distribution p = new Sampler(options, answer).distribution(logits.clone(), () -> history);
    int last = logits.length - 1;
    double[] scores = new double[logits.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.log(p.probability(i) / p.probability(last)) + logits[last];
    }
    return scores;
  }

  @Test
  void topK() {
    float[] logits = logs(0.1, 0.4, 0.2, 0.3);
    assertEquals(Set.of(1), support(options(1, 1, 1, 0, 1, 3), logits));
    assertEquals(Set.of(1, 3), support(options(1, 2, 1, 0, 1, 3), logits));
    assertEquals(Set.of(0, 1, 2, 3), support(options(1, 9, 1, 0, 1, 3), logits));
  }

  // The token that crosses the mass is kept, the next is not.
  @Test
  void topP() {
    float[] logits = logs(0.1, 0.4, 0.2, 0.3);
    assertEquals(Set.of(1), support(options(1, 0, 0.39, 0, 1, 3), logits));
    assertEquals(Set.of(1, 3), support(options(1, 0, 0.41, 0, 1, 3), logits));
    assertEquals(Set.of(1, 3), support(options(1, 0, 0.69, 0, 1, 3), logits));
    assertEquals(Set.of(1, 2, 3), support(options(1, 0, 0.71, 0, 1, 3), logits));
    assertEquals(Set.of(1), support(options(1, 0, 1e-9, 0, 1, 3), logits));
  }

  @Test
  void minP() {
    float[] logits = logs(0.1, 0.4, 0.2, 0.3);
    assertEquals(Set.of(1, 3), support(options(1, 0, 1, 0.6, 1, 3), logits));
    assertEquals(Set.of(1, 2, 3), support(options(1, 0, 1, 0.45, 1, 3), logits));
    assertEquals(Set.of(1), support(options(1, 0, 1, 1, 1, 3), logits));
  }

  // Temperature comes before the cuts: hotter, the same mass needs more tokens.
  @Test
  void temperatureComesFirst() {
    float[] logits = logs(0.1, 0.4, 0.2, 0.3);
    assertEquals(Set.of(1), support(options(0.2, 0, 0.7, 0, 1, 3), logits));
    assertEquals(Set.of(1, 2, 3), support(options(5, 0, 0.7, 0, 1, 3), logits));
    assertEquals(Set.of(0, 1, 2, 3), support(options(5, 0, 1, 0.6, 1, 3), logits));
  }

  // Top-p counts the mass of what top-k left: 0.4 of 0.7 is below 0.6, so both stay.
  @Test
  void topKComesBeforeTopP() {
    float[] logits = logs(0.1, 0.4, 0.2, 0.3);
    assertEquals(Set.of(1), support(options(1, 2, 0.55, 0, 1, 3), logits));
    assertEquals(Set.of(1, 3), support(options(1, 0, 0.55, 0, 1, 3), logits));
  }

  @Test
  void proportionsOf32Tokens() {
    float[] logits = new float[32];
    double[] expected = new double[32];
    double total = 0;
    for (int i = 0; i < 32; i++) {
      logits[i] = (float) (3 * Math.sin(i * 1.7));
      expected[i] = Math.exp(logits[i] / 0.8);
      total += expected[i];
    }
    for (int i = 0; i < 32; i++) {
      expected[i] /= total;
    }
    for (long seed : new long[] {0, 1, -1, 1L << 40}) {
      int[] counts = draw(options(0.8, 0, 1, 0, 1, seed), logits, NONE, 100_000);
      assertFits(expected, counts, "seed " + seed);
    }
    double[] flat = new double[32];
    java.util.Arrays.fill(flat, 1 / 32.0);
    int[] counts = draw(options(0.8, 0, 1, 0, 1, 0), logits, NONE, 100_000);
    assertThrows(AssertionError.class, () -> assertFits(flat, counts, "another distribution"));
  }

  // Neighbouring positions and seeds share no noise.
  @Test
  void drawsAreIndependent() {
    float[] fair = new float[2];
    Sampler one = new Sampler(options(1, 0, 1, 0, 1, 5), 0);
    Sampler other = new Sampler(options(1, 0, 1, 0, 1, 6), 0);
    int[] pairs = new int[4];
    int[] seeds = new int[4];
    for (int p = 0; p < 40_000; p++) {
      int now = one.choose(fair.clone(), NONE, p);
      pairs[2 * now + one.choose(fair.clone(), NONE, p + 1)]++;
      seeds[2 * now + other.choose(fair.clone(), NONE, p)]++;
    }
    double[] quarters = {0.25, 0.25, 0.25, 0.25};
    assertFits(quarters, pairs, "positions");
    assertFits(quarters, seeds, "seeds");
  }

  @Test
  void aChoiceDependsOnSeedAndPositionAlone() {
    float[] flat = new float[1000];
    SamplingOptions seven = options(1, 0, 1, 0, 1, 7);
    int first = new Sampler(seven, 0).choose(flat.clone(), NONE, 42);
    assertEquals(first, new Sampler(seven, 0).choose(flat.clone(), new int[] {1, 2, 3}, 42));
    assertNotEquals(first, new Sampler(seven, 0).choose(flat.clone(), NONE, 43));
    assertNotEquals(
        first, new Sampler(options(1, 0, 1, 0, 1, 8), 0).choose(flat.clone(), NONE, 42));
  }

  @Test
  void theProportionsOfTransformers() throws IOException {
    JsonNode golden =
        new ObjectMapper().readTree(TestPaths.resource("peer/sampling_goldens.json").toFile());
    int cases = 0;
    for (JsonNode c : golden.get("cases")) {
      SamplingOptions options =
          options(
              c.get("temperature").asDouble(),
              c.get("top_k").asInt(),
              c.get("top_p").asDouble(),
              c.get("min_p").asDouble(),
              c.get("repetition_penalty").asDouble(),
              11);
      float[] logits = ReferenceCase.floats(c.get("logits"));
      double[] expected = new double[logits.length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = c.get("probabilities").get(i).asDouble();
      }
      int[] counts = draw(options, logits, ReferenceCase.ints(c.get("history")), 20_000);
      assertFits(expected, counts, options.toString());
      for (int i = 0; i < expected.length; i++) {
        assertTrue(expected[i] < 1e-3 || counts[i] > 0, options + " leaves token " + i);
      }
      cases++;
    }
    assertTrue(cases >= 20, cases + " cases");
  }

  @Test
  void settingsThatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> options(-0.1, 0, 1, 0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> options(Double.NaN, 0, 1, 0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> options(1, -1, 1, 0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> options(1, 0, 0, 0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> options(1, 0, 1.1, 0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> options(1, 0, 1, -0.1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> options(1, 0, 1, 0, 0, 0));
  }
}
