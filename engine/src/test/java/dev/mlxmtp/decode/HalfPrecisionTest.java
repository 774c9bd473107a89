package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.Differences;
import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.model.ModelCache;
import dev.mlxmtp.model.Pass;
import dev.mlxmtp.model.Qwen35;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What half precision costs: the largest deviation of a logit from the reference, and the greedy
 * token at which the text first differs. Where it does, the reference's own margin must be small.
 */
@ExtendWith(OnEngineThread.class)
class HalfPrecisionTest {

  // Logits are up to 32, where neighbouring bfloat16 numbers are 0.125 apart and float16 ones
  // 0.016.
  @ParameterizedTest
  @CsvSource({"BFLOAT16, 0.5", "FLOAT16, 0.0625"})
  void deviation(DType dtype, double bound) {
    Qwen35 model = TestModels.load(TestPaths.demoModel(), dtype);
    double largest = 0;
    List<Integer> differs = new ArrayList<>();
    try {
      for (ReferenceCase c : ReferenceCase.all()) {
        float[] logits = lastLogits(model, c.prompt());
        assertEquals(c.topIds()[0], Differences.argmax(logits), "best token, " + c);
        for (int i = 0; i < c.topIds().length; i++) {
          largest = Math.max(largest, Math.abs(c.topLogits()[i] - logits[c.topIds()[i]]));
        }
        int[] greedy =
            Decoding.run(model, c.prompt(), new DraftOptions.None(), c.greedy().length).tokens();
        int first = Arrays.mismatch(c.greedy(), greedy);
        differs.add(first);
        if (first >= 0) {
          assertTrue(
              c.margins()[first] <= 2 * bound,
              c + ": token " + first + " differs at a margin of " + c.margins()[first]);
        }
      }
    } finally {
      TestModels.close(model);
    }
    System.out.printf(
        "%s: largest deviation of a logit %.4f; first differing greedy token of 64, by case: %s%n",
        dtype,
        largest,
        differs.stream().map(i -> i < 0 ? "none" : i.toString()).collect(Collectors.joining(", ")));
    assertTrue(largest <= bound, dtype + " deviates by " + largest);
    assertTrue(largest > 0, "half precision cannot be exact");
  }

  private static float[] lastLogits(Qwen35 model, int[] prompt) {
    try (ModelCache cache = model.newCache()) {
      var hidden = model.forward(TestModels.row(prompt), cache, Pass.COMMIT);
      return model.logits(hidden.rows(prompt.length - 1, prompt.length).postNorm()).toFloats();
    }
  }
}
