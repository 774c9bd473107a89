package dev.mlxmtp.mlx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.OnEngineThread;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The most probable token and its probability against float64, by whichever path serves here. */
@ExtendWith(OnEngineThread.class)
class GreedyTest {

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void agreesWithFloat64(DType dtype) {
    Random random = new Random(11);
    for (int width : new int[] {1, 5, 16, 33, 8192, 8193, 40_000}) {
      for (int vocabulary : new int[] {1, Math.max(1, width - 3), width}) {
        int rows = 3;
        float[] logits = new float[rows * width];
        for (int i = 0; i < logits.length; i++) {
          logits[i] = (float) random.nextGaussian() * 6;
        }
        check(Ops.astype(Array.of(logits, 1, rows, width), dtype), width, vocabulary);
      }
    }
  }

  private static void check(Array logits, int width, int vocabulary) {
    Fast.Greedy got = Fast.greedy(logits, vocabulary);
    float[] x = logits.toFloats();
    // MLX adds a row's exponentials one after another, ours are added by lanes and blocks.
    double tolerance = Kernels.instructionSet().isPresent() ? 2e-6 : 5e-5;
    for (int r = 0; r < logits.dim(1); r++) {
      int best = 0;
      for (int i = 1; i < vocabulary; i++) {
        best = x[r * width + i] > x[r * width + best] ? i : best;
      }
      double sum = 0;
      for (int i = 0; i < vocabulary; i++) {
        sum += Math.exp(x[r * width + i] - x[r * width + best]);
      }
      String what = "row " + r + ", " + vocabulary + " of " + width;
      assertEquals(best, got.token().toInts()[r], what);
      assertEquals(x[r * width + best], got.logit().toFloats()[r], what);
      assertEquals(1 / sum, got.probability().toFloats()[r], tolerance / sum, what);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void tokensStandWhereTheirLogitsPutThem(DType dtype) {
    Random random = new Random(12);
    for (int width : new int[] {1, 5, 33, 8193}) {
      int vocabulary = Math.max(1, width - 3);
      float[] numbers = new float[4 * width];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) random.nextGaussian() * 6;
      }
      Array logits = Ops.astype(Array.of(numbers, 1, 4, width), dtype);
      float[] x = logits.toFloats();
      int[] tokens = {0, vocabulary - 1, random.nextInt(vocabulary)};
      Fast.Standing got = Fast.standing(logits, Array.of(tokens, 1, 3), vocabulary, 0.7);
      for (int r = 0; r < 3; r++) {
        float own = x[r * width + tokens[r]];
        int above = 0;
        double sum = 0;
        for (int i = 0; i < vocabulary; i++) {
          sum += Math.exp((x[r * width + i] - own) / 0.7);
          above += x[r * width + i] > own ? 1 : 0;
        }
        String what = "row " + r + ", " + vocabulary + " of " + width;
        assertEquals(1, got.probability().toFloats()[r] * sum, 5e-5, what);
        assertEquals(above, got.above().toInts()[r], what);
      }
    }
  }

  @Test
  void theFirstOfEqualsIsChosen() {
    float[] logits = new float[70];
    logits[21] = logits[38] = logits[69] = 2;
    assertEquals(21, Fast.greedy(Array.of(logits, 1, 70), 70).token().item());
  }
}
