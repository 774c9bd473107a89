package dev.mlxmtp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/**
 * After a verification of some rows of which the first few are kept, every cache equals that of a
 * fresh run over the kept tokens; twice in a row.
 */
@ExtendWith(OnEngineThread.class)
class RollbackTest {
  private static final double TOLERANCE = 1e-5;
  private static final int PROMPT = 37;

  private static Qwen35 model;
  private static int[] tokens;
  private static int[] others;
  private static double largest;

  @BeforeAll
  static void load() {
    model = TestModels.demo();
    tokens = TestModels.randomTokens(80, model.config().vocabularySize(), 5);
    others = TestModels.randomTokens(80, model.config().vocabularySize(), 6);
  }

  @AfterAll
  static void close() {
    System.out.printf("rollback, largest relative deviation of a cache: %.2e%n", largest);
    TestModels.close(model);
  }

  // Runs tokens [from, to) of which those from `wrong` on are rejected drafts.
  private static void pass(ModelCache cache, int from, int wrong, int to, Pass pass) {
    try (var _ = Scope.open()) {
      int[] rows = Arrays.copyOfRange(tokens, from, to);
      for (int t = wrong; t < to; t++) {
        rows[t - from] = others[t];
      }
      model.forward(TestModels.row(rows), cache, pass);
    }
  }

  private static CacheContents fresh(int upTo) {
    try (ModelCache cache = model.newCache()) {
      pass(cache, 0, PROMPT, PROMPT, Pass.COMMIT);
      for (int t = PROMPT; t < upTo; t++) {
        pass(cache, t, t + 1, t + 1, Pass.COMMIT);
      }
      return CacheContents.of(model, cache);
    }
  }

  // Verifies `drafts` after the newest token and keeps a + 1 rows.
  private static int verify(ModelCache cache, int at, int drafts, int accepted) {
    pass(cache, at, at + accepted + 1, at + drafts + 1, Pass.VERIFY);
    cache.rollback(drafts + 1, accepted + 1);
    return at + accepted + 1;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 8, 15})
  void equalsAFreshRun(int drafts) {
    for (int first = 0; first <= drafts; first++) {
      int second = (first * 5 + 2) % (drafts + 1);
      try (ModelCache cache = model.newCache()) {
        pass(cache, 0, PROMPT, PROMPT, Pass.COMMIT);
        int at = verify(cache, PROMPT, drafts, first);
        assertSame(cache, at, drafts + " drafts, " + first + " accepted");
        at = verify(cache, at, drafts, second);
        assertSame(cache, at, drafts + " drafts, " + first + " and " + second + " accepted");
      }
    }
  }

  private static void assertSame(ModelCache cache, int length, String what) {
    largest =
        Math.max(
            largest, fresh(length).assertRelative(CacheContents.of(model, cache), TOLERANCE, what));
  }

  @Test
  void theComparisonSeesOneRowTooMany() {
    try (ModelCache cache = model.newCache()) {
      pass(cache, 0, PROMPT, PROMPT, Pass.COMMIT);
      pass(cache, PROMPT, PROMPT + 1, PROMPT + 4, Pass.VERIFY);
      cache.rollback(4, 2);
      CacheContents wrong = CacheContents.of(model, cache);
      CacheContents right = fresh(PROMPT + 2);
      assertThrows(
          AssertionError.class, () -> right.assertRelative(wrong, TOLERANCE, "a rejected row"));
    }
  }

  @Test
  void aPassThatKeptNothingCannotBeRolledBack() {
    try (ModelCache cache = model.newCache()) {
      pass(cache, 0, PROMPT, PROMPT, Pass.COMMIT);
      assertThrows(IllegalStateException.class, () -> cache.rollback(3, 1));
    }
  }

  @Test
  void aVerificationIsForgottenOnceTheTextGoesOn() {
    try (ModelCache cache = model.newCache()) {
      pass(cache, 0, PROMPT, PROMPT, Pass.COMMIT);
      verify(cache, PROMPT, 3, 1);
      assertThrows(IllegalStateException.class, () -> cache.rollback(4, 2));
    }
  }

  @Test
  void returnsToAPoint() {
    try (ModelCache cache = model.newCache()) {
      pass(cache, 0, PROMPT, PROMPT, Pass.COMMIT);
      try (ModelCache.Point point = cache.point()) {
        assertEquals(PROMPT, point.length());
        assertTrue(point.bytes() > 0);
        verify(cache, PROMPT, 4, 2);
        pass(cache, cache.length(), 70, 70, Pass.COMMIT);
        cache.restore(point);
        assertSame(cache, PROMPT, "back at the prompt's end");
        verify(cache, PROMPT, 2, 1);
        cache.restore(point);
        pass(cache, PROMPT, PROMPT + 3, PROMPT + 3, Pass.COMMIT);
        assertSame(cache, PROMPT + 3, "on from the point, taken up twice");
      }
    }
  }
}
