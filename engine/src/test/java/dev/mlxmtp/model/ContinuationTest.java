package dev.mlxmtp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.Differences;
import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.mlx.Scope;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A prompt in parts leaves the same caches and logits as in one pass, wherever it is cut. */
@ExtendWith(OnEngineThread.class)
class ContinuationTest {
  private static final double LOGIT_TOLERANCE = 1e-3;
  private static final double CACHE_TOLERANCE = 1e-4;

  private static Qwen35 model;
  private static int[] tokens;
  private static double largest;

  private record Result(float[] logits, CacheContents caches) {}

  @BeforeAll
  static void load() {
    model = TestModels.demo();
    tokens = TestModels.randomTokens(600, model.config().vocabularySize(), 4);
  }

  @AfterAll
  static void close() {
    System.out.printf("prompts in parts, largest relative deviation of a cache: %.2e%n", largest);
    TestModels.close(model);
  }

  // Passes that end at the borders.
  private static Result run(int... borders) {
    try (ModelCache cache = model.newCache()) {
      float[] logits = {};
      int start = 0;
      for (int stop : borders) {
        try (var _ = Scope.open()) {
          Hidden hidden =
              model.forward(
                  TestModels.row(Arrays.copyOfRange(tokens, start, stop)), cache, Pass.COMMIT);
          logits = model.logits(hidden.rows(stop - start - 1, stop - start).postNorm()).toFloats();
        }
        start = stop;
      }
      return new Result(logits, CacheContents.of(model, cache));
    }
  }

  private static void assertSame(Result whole, Result parts, String what) {
    Differences.assertClose(whole.logits(), parts.logits(), LOGIT_TOLERANCE, what);
    assertEquals(Differences.argmax(whole.logits()), Differences.argmax(parts.logits()), what);
    largest =
        Math.max(largest, whole.caches().assertRelative(parts.caches(), CACHE_TOLERANCE, what));
  }

  // Around the convolution's width, the rows that go step by step, the chunk of the delta rule, the
  // step by which the key-value cache grows, and the chunk of a prefill.
  @ParameterizedTest
  @ValueSource(
      ints = {
        1, 2, 3, 4, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513
      })
  void oneMoreTokenIsOneLongerPrompt(int n) {
    assertSame(run(n + 1), run(n, n + 1), "prompt of " + n + ", then one step");
  }

  @Test
  void anyCuts() {
    Result whole = run(300);
    assertSame(whole, run(1, 2, 3, 300), "single tokens first");
    assertSame(whole, run(16, 33, 64, 129, 200, 300), "uneven parts");
    assertSame(whole, run(150, 300), "halves");
    assertSame(whole, run(299, 300), "the last alone");
  }

  @Test
  void tokensMatter() {
    assertTrue(
        Differences.largest(run(64).logits(), run(65).logits()) > LOGIT_TOLERANCE * 10,
        "one token more changes the logits");
  }
}
