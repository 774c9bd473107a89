package dev.mlxmtp.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.Differences;
import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.TwinModel;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Ops;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same checkpoints as mlx-lm and mlx-vlm write them, quantized too, and with fused experts. */
@ExtendWith(OnEngineThread.class)
class MlxLayoutTest {
  private static final double TOLERANCE = 1e-4;
  private static final String[] PROMPTS = {"text5", "text64", "text65", "text200"};

  @ParameterizedTest
  @CsvSource({"dense-mlx, dense-vlm", "dense-mlx-vlm, dense-vlm", "moe-mlx, moe"})
  void convertedEqualsTheOfficial(String converted, String original) {
    assertOfficial(TestPaths.fixture(converted), original);
  }

  private static void assertOfficial(Path folder, String original) {
    Qwen35 model = TestModels.load(folder, DType.FLOAT32);
    double largest = 0;
    try {
      for (String prompt : PROMPTS) {
        OfficialOutputs official = OfficialOutputs.text(original, prompt);
        float[] logits = logits(model, official.ids());
        largest = Math.max(largest, Differences.largest(official.logits(), logits));
        Differences.assertClose(official.logits(), logits, TOLERANCE, prompt);
      }
    } finally {
      TestModels.close(model);
    }
    System.out.printf("%s: largest deviation %.2e%n", folder.getFileName(), largest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dense-mlx-q4", "moe-mlx-mxfp4"})
  void quantizedEqualsMlxLm(String fixture) {
    OfficialOutputs mlxLm = OfficialOutputs.of(fixture + "/mlx_outputs.safetensors", "");
    String original = fixture.startsWith("moe") ? "moe" : "dense-vlm";
    OfficialOutputs unquantized = OfficialOutputs.text(original, "text65");
    assertArrayEquals(unquantized.ids(), mlxLm.ids());
    Qwen35 model = TestModels.load(TestPaths.fixture(fixture), DType.FLOAT32);
    try {
      float[] logits = logits(model, mlxLm.ids());
      double largest = Differences.largest(mlxLm.logits(), logits);
      System.out.printf("%s: largest deviation from mlx-lm %.2e%n", fixture, largest);
      Differences.assertClose(mlxLm.logits(), logits, TOLERANCE, fixture);
      assertTrue(
          Differences.largest(unquantized.logits(), logits) > 0.1,
          "quantized weights cannot give the logits of the unquantized ones");
    } finally {
      TestModels.close(model);
    }
  }

  @Test
  void fusedExperts(@TempDir Path folder) {
    TwinModel.withTensors(TestPaths.fixture("moe"), folder, MlxLayoutTest::fused);
    SortedMap<String, Array> stored = tensors(folder);
    assertArrayEquals(
        new int[] {8, 64, 64},
        stored.get("model.language_model.layers.0.mlp.experts.gate_up_proj").shape());
    assertFalse(stored.keySet().stream().anyMatch(name -> name.contains(".experts.0.")));
    assertOfficial(folder, "moe");
  }

  private static SortedMap<String, Array> tensors(Path folder) {
    try {
      return TwinModel.tensors(folder);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  // Single experts become gate_up_proj [E, 2 I, H] and down_proj [E, H, I], without ".weight".
  private static SortedMap<String, Array> fused(SortedMap<String, Array> single) {
    SortedMap<String, Array> fused = new TreeMap<>(single);
    fused.keySet().removeIf(name -> name.contains(".experts."));
    for (int layer = 0; layer < 4; layer++) {
      String p = "model.language_model.layers." + layer + ".mlp.experts.";
      List<Array> gateUp = new ArrayList<>();
      List<Array> down = new ArrayList<>();
      for (int e = 0; e < 8; e++) {
        gateUp.add(
            Ops.concatenate(
                List.of(
                    single.get(p + e + ".gate_proj.weight"), single.get(p + e + ".up_proj.weight")),
                0));
        down.add(single.get(p + e + ".down_proj.weight"));
      }
      fused.put(p + "gate_up_proj", Ops.stack(gateUp, 0));
      fused.put(p + "down_proj", Ops.stack(down, 0));
    }
    assertEquals(single.size() - 4 * 24 + 4 * 2, fused.size());
    return fused;
  }

  private static float[] logits(Qwen35 model, int[] ids) {
    try (ModelCache cache = model.newCache()) {
      Hidden hidden = model.forward(TestModels.row(ids), cache, Pass.COMMIT);
      return model.logits(hidden.postNorm()).toFloats();
    }
  }
}
