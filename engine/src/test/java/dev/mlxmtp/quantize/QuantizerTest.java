package dev.mlxmtp.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.checkpoint.CheckpointException;
import dev.mlxmtp.checkpoint.QuantFormat;
import dev.mlxmtp.checkpoint.RawCheckpoint;
import dev.mlxmtp.checkpoint.SafetensorsWriter;
import dev.mlxmtp.mlx.QuantMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders in, folders out, and what happens to bad ones. */
class QuantizerTest {
  private static final QuantFormat MXFP4 = QuantFormat.defaultOf(QuantMode.MXFP4);
  private static final QuantFormat MXFP8 = QuantFormat.defaultOf(QuantMode.MXFP8);
  private static final Recipe BALANCED = Recipe.balanced(MXFP4, Optional.empty());

  @TempDir private Path scratch;

  private Path write(Path source, Recipe recipe, ScaleRule rule, int threads, String name) {
    Path out = scratch.resolve(name);
    try (RawCheckpoint checkpoint = RawCheckpoint.open(source, recipe.stacksExperts())) {
      Plan plan = Plan.of(checkpoint, MXFP4, recipe);
      new Quantizer(plan, recipe, rule, threads).run(out, false, (a, b) -> {}, () -> false);
    }
    return out;
  }

  private static Verification verified(Path source, Recipe recipe, Path out) {
    try (RawCheckpoint checkpoint = RawCheckpoint.open(source, recipe.stacksExperts())) {
      return Verification.of(Plan.of(checkpoint, MXFP4, recipe), out, 2, n -> {}, () -> false);
    }
  }

  @Test
  void everyRunWritesTheSameBytes() throws IOException {
    for (ScaleRule rule : ScaleRule.values()) {
      Path one = write(TestPaths.demoModel(), BALANCED, rule, 1, rule + "1");
      Path two = write(TestPaths.demoModel(), BALANCED, rule, 2, rule + "2");
      List<Path> files = files(one);
      assertEquals(files, files(two));
      for (Path file : files) {
        assertEquals(-1, Files.mismatch(one.resolve(file), two.resolve(file)), file.toString());
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::getFileName).sorted().toList();
    }
  }

  @Test
  void theBalancedRecipeKeepsWhatIsSensitive() {
    Path out = write(TestPaths.demoModel(), BALANCED, ScaleRule.BEST, 2, "out");
    Verification v = verified(TestPaths.demoModel(), BALANCED, out);
    assertEquals(76, v.errors().size());
    assertEquals(100, v.identical());
    assertEquals(0, v.visionPacked() + v.mtpPacked() + v.biases());
    assertTrue(v.worstCosine() > 0.993, "worst cosine " + v.worstCosine());
  }

  @Test
  void theBestScaleLeavesLessErrorThanMlxs() {
    Verification best =
        verified(
            TestPaths.demoModel(),
            BALANCED,
            write(TestPaths.demoModel(), BALANCED, ScaleRule.BEST, 2, "best"));
    Verification mlx =
        verified(
            TestPaths.demoModel(),
            BALANCED,
            write(TestPaths.demoModel(), BALANCED, ScaleRule.MLX, 2, "mlx"));
    for (int i = 0; i < best.errors().size(); i++) {
      Verification.TensorError ours = best.errors().get(i);
      Verification.TensorError theirs = mlx.errors().get(i);
      // In MXFP8 the two agree but for ties.
      double factor = ours.format().equals(MXFP8) ? 1.001 : 1;
      assertTrue(
          ours.relativeError() < theirs.relativeError() * factor,
          ours + " against " + theirs.relativeError());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"moe", "dense-vlm"})
  void fixturesKeepVisionAndPackExperts(String fixture) throws IOException {
    Path out = write(TestPaths.fixture(fixture), BALANCED, ScaleRule.BEST, 2, "out");
    Verification v = verified(TestPaths.fixture(fixture), BALANCED, out);
    assertEquals(0, v.visionPacked() + v.mtpPacked());
    boolean experts = v.errors().stream().anyMatch(e -> e.name().contains("switch_mlp"));
    assertEquals(fixture.equals("moe"), experts);
    JsonNode config = new ObjectMapper().readTree(out.resolve("config.json").toFile());
    assertEquals("mxfp4", config.at("/quantization/mode").asText());
    assertEquals(
        "mxfp8", config.at("/quantization/language_model.model.embed_tokens/mode").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"AFFINE 4 64", "AFFINE 8 64", "NVFP4 4 16"})
  void mlxsOtherFormats(String spec) {
    String[] parts = spec.split(" ");
    QuantFormat format =
        new QuantFormat(
            Integer.parseInt(parts[2]), Integer.parseInt(parts[1]), QuantMode.valueOf(parts[0]));
    Recipe recipe =
        Recipe.balanced(format, Optional.empty())
            .with(
                List.of(
                    Rule.use("layers.0.mlp.up_proj.weight", format, "tried"),
                    Rule.keep("*", "others")));
    Path out = scratch.resolve("out");
    try (RawCheckpoint checkpoint = RawCheckpoint.open(TestPaths.demoModel(), true)) {
      Plan plan = Plan.of(checkpoint, format, recipe);
      new Quantizer(plan, recipe, ScaleRule.BEST, 2).run(out, false, (a, b) -> {}, () -> false);
      Verification v = Verification.of(plan, out, 2, n -> {}, () -> false);
      assertEquals(1, v.errors().size());
      assertEquals(format.mode() == QuantMode.AFFINE ? 1 : 0, v.biases());
      assertTrue(v.worstCosine() > (format.bits() == 8 ? 0.9999 : 0.993), "" + v.worstCosine());
    }
  }

  @Test
  void fp8BlocksAreDecoded() throws IOException {
    // 130 x 160 needs 2 x 2 blocks of factors, the last ones cut.
    int rows = 130;
    int columns = 160;
    byte[] codes = new byte[rows * columns];
    float[] factors = {1, 0.5f, 2, 0.25f};
    float[] expected = new float[codes.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (i % 127 | (i % 3 == 0 ? 0x80 : 0));
      int block = i / columns / 128 * 2 + i % columns / 128;
      expected[i] = E4m3.value(codes[i]) * factors[block];
    }
    Path source =
        folder(
            new SafetensorsWriter()
                .add("model.layers.0.mlp.up_proj.weight", "F8_E4M3", codes, rows, columns)
                .addF32("model.layers.0.mlp.up_proj.weight_scale_inv", factors, 2, 2));
    try (RawCheckpoint checkpoint = RawCheckpoint.open(source, true)) {
      Planned tensor = Plan.of(checkpoint, MXFP4, BALANCED).tensors().getFirst();
      float[] got = new float[codes.length];
      new NumberReader(tensor).read(0, rows, NumberReader.buffer(codes.length), got);
      assertArrayEquals(expected, got);
    }
    Path out = write(source, BALANCED, ScaleRule.BEST, 2, "out");
    assertTrue(verified(source, BALANCED, out).worstCosine() > 0.98);
  }

  private Path folder(SafetensorsWriter weights) throws IOException {
    Path folder = Files.createDirectory(scratch.resolve("source"));
    weights.write(folder.resolve("model.safetensors"));
    Files.copy(TestPaths.demoModel().resolve("config.json"), folder.resolve("config.json"));
    return folder;
  }

  private void assertRefused(Path source, String part) {
    RuntimeException refused =
        assertThrows(
            RuntimeException.class, () -> write(source, BALANCED, ScaleRule.BEST, 2, "out"));
    assertTrue(
        refused instanceof QuantizeException || refused instanceof CheckpointException,
        refused.toString());
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
    assertFalse(Files.exists(scratch.resolve("out")));
    assertFalse(Files.exists(scratch.resolve(".out.partial")));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void numbersThatAreNotFinite(float bad) throws IOException {
    for (String name : List.of("model.layers.0.mlp.up_proj.weight", "model.norm.weight")) {
      float[] data = new float[64 * 64];
      Arrays.fill(data, 0.5f);
      data[130] = bad;
      Path source = scratch.resolve("source");
      if (Files.exists(source)) {
        Files.delete(source.resolve("model.safetensors"));
        Files.delete(source.resolve("config.json"));
        Files.delete(source);
      }
      folder(new SafetensorsWriter().addF32(name, data, 64, 64));
      assertRefused(source, "row 2, column 2");
    }
  }

  @Test
  void sourcesThatCannotBe() throws IOException {
    assertRefused(TestPaths.fixture("moe-mlx-mxfp4"), "is quantized already");
    Path source =
        folder(
            new SafetensorsWriter()
                .add("model.layers.0.mlp.up_proj.weight", "I32", new byte[4 * 64], 2, 32));
    assertRefused(source, "as I32; sources are BF16");
    new SafetensorsWriter()
        .add("model.layers.0.mlp.up_proj.weight", "F8_E4M3", new byte[64], 2, 32)
        .write(source.resolve("model.safetensors"));
    assertRefused(source, "without its model.layers.0.mlp.up_proj.weight_scale_inv");
    Files.delete(source.resolve("model.safetensors"));
    for (int i = 1; i <= 2; i++) {
      new SafetensorsWriter()
          .addF32("model.norm.weight", new float[32], 32)
          .write(source.resolve("model-0000" + i + "-of-00002.safetensors"));
    }
    assertRefused(source, "is both in");
  }

  @Test
  void aTargetThatIsTakenIsLeftAlone() throws IOException {
    Path out = Files.createDirectory(scratch.resolve("out"));
    Files.writeString(out.resolve("mine.txt"), "mine");
    QuantizeException refused =
        assertThrows(
            QuantizeException.class,
            () -> write(TestPaths.demoModel(), BALANCED, ScaleRule.BEST, 2, "out"));
    assertTrue(refused.getMessage().contains("--force"), refused.getMessage());
    assertEquals("mine", Files.readString(out.resolve("mine.txt")));
  }

  @Test
  void forceReplacesAModelsFolderAlone() throws IOException {
    Path out = Files.createDirectory(scratch.resolve("out"));
    Files.writeString(out.resolve("mine.txt"), "mine");
    assertForced(out, "is no model's folder");
    assertEquals("mine", Files.readString(out.resolve("mine.txt")));

    Path source =
        write(
            TestPaths.demoModel(),
            BALANCED.with(List.of(Rule.keep("*", "all"))),
            ScaleRule.BEST,
            2,
            "parent/source");
    Files.writeString(source.getParent().resolve("config.json"), "{}");
    QuantizeException refused =
        assertThrows(QuantizeException.class, () -> force(source, source.getParent()));
    assertTrue(refused.getMessage().contains("holds the source"), refused.getMessage());
    assertTrue(Files.exists(source.resolve("config.json")));
  }

  private static void force(Path source, Path out) {
    try (RawCheckpoint checkpoint = RawCheckpoint.open(source, true)) {
      Plan plan = Plan.of(checkpoint, MXFP4, BALANCED);
      new Quantizer(plan, BALANCED, ScaleRule.BEST, 2).run(out, true, (a, b) -> {}, () -> false);
    }
  }

  private static void assertForced(Path out, String part) {
    QuantizeException refused =
        assertThrows(QuantizeException.class, () -> force(TestPaths.demoModel(), out));
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }

  @Test
  void cancellingLeavesNothing() {
    try (RawCheckpoint checkpoint = RawCheckpoint.open(TestPaths.demoModel(), true)) {
      Plan plan = Plan.of(checkpoint, MXFP4, BALANCED);
      // MLX's rule is the slow one, so that there is something to cancel.
      Quantizer quantizer = new Quantizer(plan, BALANCED, ScaleRule.MLX, 1);
      Path out = scratch.resolve("out");
      assertThrows(
          CancellationException.class, () -> quantizer.run(out, false, (a, b) -> {}, () -> true));
      assertFalse(Files.exists(out));
      assertFalse(Files.exists(scratch.resolve(".out.partial")));
    }
  }

  @Test
  void ownRulesComeFirst() {
    Recipe own =
        BALANCED.with(
            List.of(
                Rule.keep("layers.0.*", "--keep"), Rule.use("*.down_proj.weight", MXFP8, "--use")));
    try (RawCheckpoint checkpoint = RawCheckpoint.open(TestPaths.demoModel(), true)) {
      for (Planned tensor : Plan.of(checkpoint, MXFP4, own).tensors()) {
        String name = tensor.source().canonical();
        if (name.startsWith("layers.0.")) {
          assertEquals(Optional.empty(), tensor.format(), name);
        } else if (name.matches("layers.*down_proj.weight")) {
          assertEquals(Optional.of(MXFP8), tensor.format(), name);
        }
      }
    }
  }
}
