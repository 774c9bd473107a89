package dev.mlxmtp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.Differences;
import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.checkpoint.SafetensorsFile;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Ops;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Positions with a time, a height and a width: interleaved mRoPE, against the official classes. */
@ExtendWith(OnEngineThread.class)
class GridPositionsTest {
  private static final int IMAGE_TOKEN = 300;

  private static Qwen35 model;

  // A prompt with pictures 0 and 2.
  private Array embeddings;
  private Positions.Grid positions;
  private float[] official;
  private int length;

  @BeforeAll
  static void load() {
    model = TestModels.load(TestPaths.fixture("dense-vlm"), DType.FLOAT32);
  }

  @AfterAll
  static void close() {
    TestModels.close(model);
  }

  @BeforeEach
  void read() {
    try (SafetensorsFile file =
        SafetensorsFile.open(TestPaths.fixture("dense-vlm/vision_outputs.safetensors"))) {
      int[] ids = file.read("mixed.ids").toInts();
      int[] axes = file.read("mixed.position_ids").toInts();
      float[] features =
          Ops.concatenate(List.of(file.read("image0.features"), file.read("image2.features")), 0)
              .toFloats();
      length = ids.length;
      official = file.read("mixed.logits").toFloats();
      embeddings = withFeatures(ids, features);
      positions =
          new Positions.Grid(
              new int[][] {
                Arrays.copyOfRange(axes, 0, length),
                Arrays.copyOfRange(axes, length, 2 * length),
                Arrays.copyOfRange(axes, 2 * length, 3 * length)
              });
    }
  }

  private static Array withFeatures(int[] ids, float[] features) {
    int hidden = model.config().hiddenSize();
    float[] rows = model.embed(TestModels.row(ids)).toFloats();
    int next = 0;
    for (int t = 0; t < ids.length; t++) {
      if (ids[t] == IMAGE_TOKEN) {
        System.arraycopy(features, next, rows, t * hidden, hidden);
        next += hidden;
      }
    }
    assertEquals(features.length, next, "features used");
    return Array.of(rows, 1, ids.length, hidden);
  }

  private float[] logits(Positions where, int... borders) {
    try (ModelCache cache = model.newCache()) {
      int start = 0;
      List<Array> parts = new java.util.ArrayList<>();
      for (int stop : borders) {
        Hidden hidden =
            model.forward(
                Ops.slice(embeddings, 1, start, stop), where.rows(start, stop), cache, Pass.COMMIT);
        parts.add(model.logits(hidden.postNorm()));
        start = stop;
      }
      return Ops.concatenate(parts, 1).toFloats();
    }
  }

  @Test
  void picturesAndText() {
    float[] found = logits(positions, length);
    System.out.printf("mRoPE: largest deviation %.2e%n", Differences.largest(official, found));
    Differences.assertClose(official, found, 1e-4, "logits of a prompt with two pictures");
  }

  @Test
  void inSeveralPasses() {
    Differences.assertClose(official, logits(positions, 7, 8, 30, length), 1e-4, "in four passes");
  }

  @Test
  void theAxesMatter() {
    int[][] axes = positions.axes();
    Positions swapped = new Positions.Grid(new int[][] {axes[0], axes[2], axes[1]});
    assertTrue(
        Differences.largest(official, logits(swapped, length)) > 1e-2,
        "height and width exchanged must show");
    assertTrue(
        Differences.largest(official, logits(new Positions.Text(0), length)) > 1e-2,
        "a picture is no line of text");
  }

  @Test
  void equalAxesAreText() {
    int[] line = IntStream.range(0, length).toArray();
    float[] text = logits(new Positions.Text(0), length);
    float[] grid = logits(new Positions.Grid(new int[][] {line, line, line}), length);
    Differences.assertClose(text, grid, 2e-5, "three equal axes");
  }

  // mrope_section [11, 11, 10] of 32 frequencies, by the list of positions in the definition.
  @Test
  void sectionsInterleave() {
    Rope rope = new Rope(64, List.of(11, 11, 10), 1, List.of());
    List<Integer> height = List.of(1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31);
    List<Integer> width = List.of(2, 5, 8, 11, 14, 17, 20, 23, 26, 29);
    for (int j = 0; j < 32; j++) {
      assertEquals(height.contains(j) ? 1 : width.contains(j) ? 2 : 0, rope.axis(j), "pair " + j);
    }
  }
}
