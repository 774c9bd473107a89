package dev.mlxmtp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.Differences;
import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Scope;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The dense and the sparse fixture against the official classes, at every position. */
@ExtendWith(OnEngineThread.class)
class FixtureTest {
  private static final double TOLERANCE = 1e-4;
  private static final double STEP_TOLERANCE = 5e-5;

  private static final Map<String, Qwen35> MODELS = new HashMap<>();
  private static final Map<String, Double> LARGEST = new HashMap<>();

  @BeforeAll
  static void load() {
    for (String fixture : new String[] {"dense-vlm", "moe"}) {
      MODELS.put(fixture, TestModels.load(TestPaths.fixture(fixture), DType.FLOAT32));
    }
  }

  @AfterAll
  static void close() {
    System.out.println("fixtures, largest deviations: " + LARGEST);
    MODELS.values().forEach(TestModels::close);
  }

  static Stream<Arguments> prompts() {
    return Stream.of("dense-vlm", "moe")
        .flatMap(
            fixture ->
                Stream.of("text5", "text64", "text65", "text200")
                    .map(prompt -> Arguments.of(fixture, prompt)));
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void everyPosition(String fixture, String prompt) {
    Qwen35 model = MODELS.get(fixture);
    OfficialOutputs official = OfficialOutputs.text(fixture, prompt);
    float[] finalHidden = OfficialOutputs.finalHidden(fixture, prompt);
    assertEquals(prompt, "text" + official.ids().length);
    try (ModelCache cache = model.newCache()) {
      Hidden hidden = model.forward(TestModels.row(official.ids()), cache, Pass.COMMIT);
      compare(fixture + " logits", official.logits(), model.logits(hidden.postNorm()).toFloats());
      compare(fixture + " final hidden", finalHidden, hidden.postNorm().toFloats());
    }
  }

  private static void compare(String what, float[] official, float[] found) {
    LARGEST.merge(what, Differences.largest(official, found), Math::max);
    Differences.assertClose(official, found, TOLERANCE, what);
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void stepByStepEqualsTheFullForward(String fixture, String prompt) {
    Qwen35 model = MODELS.get(fixture);
    OfficialOutputs official = OfficialOutputs.text(fixture, prompt);
    int[] ids = official.ids();
    int vocabulary = model.config().vocabularySize();
    float[] steps = new float[ids.length * vocabulary];
    try (ModelCache whole = model.newCache();
        ModelCache cache = model.newCache()) {
      for (int t = 0; t < ids.length; t++) {
        try (var _ = Scope.open()) {
          Hidden hidden = model.forward(TestModels.row(ids[t]), cache, Pass.COMMIT);
          float[] logits = model.logits(hidden.postNorm()).toFloats();
          System.arraycopy(logits, 0, steps, t * vocabulary, vocabulary);
        }
      }
      assertEquals(ids.length, cache.length());
      Hidden full = model.forward(TestModels.row(ids), whole, Pass.COMMIT);
      float[] together = model.logits(full.postNorm()).toFloats();
      LARGEST.merge(fixture + " steps", Differences.largest(together, steps), Math::max);
      Differences.assertClose(together, steps, STEP_TOLERANCE, "steps against the full forward");
      Differences.assertClose(official.logits(), steps, TOLERANCE, "steps against the official");
    }
  }
}
