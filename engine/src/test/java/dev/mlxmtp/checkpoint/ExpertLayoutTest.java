package dev.mlxmtp.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.checkpoint.TinyModel.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Fused, single and stacked experts are the same experts. */
@ExtendWith(OnEngineThread.class)
class ExpertLayoutTest {
  private static final String TRUNK = "model.";
  private static final String HEAD = "mtp.";

  @TempDir Path folder;
  private final TinyModel model = TinyModel.moe();

  private void reads(Map<String, Tensor> stored) {
    try (Checkpoint checkpoint = Checkpoint.open(model.write(folder, stored))) {
      checkpoint.require(model.expected);
      for (String name : model.expected.keySet()) {
        if (name.contains(".switch_mlp.")) {
          assertArrayEquals(
              model.tensors.get(name).data(), checkpoint.tensor(name).toFloats(), name);
        }
      }
    }
  }

  private void refused(Map<String, Tensor> stored, String... parts) {
    String message =
        assertThrows(CheckpointException.class, () -> Checkpoint.open(model.write(folder, stored)))
            .getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message + " should contain: " + part);
    }
  }

  @Test
  void stacked() {
    reads(model.published());
    reads(model.converted("language_model.", name -> true));
  }

  @Test
  void fused() {
    Map<String, Tensor> trunk = TinyModel.fused(model.published(), TRUNK);
    assertTrue(trunk.containsKey("model.language_model.layers.0.mlp.experts.gate_up_proj"));
    reads(TinyModel.fused(trunk, HEAD));
  }

  @Test
  void perExpert() {
    reads(TinyModel.perExpert(TinyModel.perExpert(model.published(), TRUNK), HEAD));
  }

  @Test
  void trunkAndHeadInDifferentForms() {
    reads(TinyModel.perExpert(TinyModel.fused(model.published(), TRUNK), HEAD));
    reads(TinyModel.fused(TinyModel.perExpert(model.published(), TRUNK), HEAD));
    reads(TinyModel.perExpert(model.converted("", name -> false), HEAD));
  }

  @Test
  void gateIsTheFirstHalfOfEachFusedExpert() {
    String block = "model.language_model.layers.0.mlp.";
    float[] both = new float[4 * 64 * 64];
    for (int i = 0; i < both.length; i++) {
      int expert = i / (64 * 64);
      boolean gate = i / 64 % 64 < 32;
      both[i] = expert + (gate ? 0.25f : 0.5f);
    }
    Map<String, Tensor> stored = TinyModel.fused(model.published(), block);
    stored.put(block + "experts.gate_up_proj", new Tensor(new int[] {4, 64, 64}, both));
    try (Checkpoint checkpoint = Checkpoint.open(model.write(folder, stored))) {
      float[] gate = checkpoint.tensor("layers.0.mlp.switch_mlp.gate_proj.weight").toFloats();
      float[] up = checkpoint.tensor("layers.0.mlp.switch_mlp.up_proj.weight").toFloats();
      for (int i = 0; i < gate.length; i++) {
        assertEquals(i / (32 * 64) + 0.25f, gate[i]);
        assertEquals(i / (32 * 64) + 0.5f, up[i]);
      }
    }
  }

  @Test
  void expertsThatLieInSeveralShards() {
    Map<String, Tensor> single = TinyModel.perExpert(model.published(), TRUNK);
    TinyModel.writeConfig(folder, model.config);
    TinyModel.writer(TinyModel.filtered(single, name -> !name.contains("experts.2.")))
        .write(folder.resolve("model-00001-of-00002.safetensors"));
    TinyModel.writer(TinyModel.filtered(single, name -> name.contains("experts.2.")))
        .write(folder.resolve("model-00002-of-00002.safetensors"));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      String name = "layers.1.mlp.switch_mlp.down_proj.weight";
      assertArrayEquals(model.tensors.get(name).data(), checkpoint.tensor(name).toFloats());
    }
  }

  @Test
  void theFixtureOfTheOfficialClasses() {
    try (Checkpoint checkpoint = Checkpoint.open(TestPaths.fixture("moe"));
        SafetensorsFile file =
            SafetensorsFile.open(TestPaths.fixture("moe").resolve("model.safetensors"))) {
      float[] stacked = checkpoint.tensor("layers.2.mlp.switch_mlp.up_proj.weight").toFloats();
      for (int e = 0; e < 8; e++) {
        float[] one =
            file.read("model.language_model.layers.2.mlp.experts." + e + ".up_proj.weight")
                .toFloats();
        assertArrayEquals(one, Arrays.copyOfRange(stacked, e * one.length, (e + 1) * one.length));
      }
    }
  }

  @Test
  void namesAMissingExpert() {
    Map<String, Tensor> single = TinyModel.perExpert(model.published(), TRUNK);
    single.remove("model.language_model.layers.1.mlp.experts.2.up_proj.weight");
    refused(single, "layers.1.mlp.switch_mlp.up_proj.weight lacks expert 2 of 4");
  }

  @Test
  void reportsAMissingLastExpertAsAWrongShape() {
    Map<String, Tensor> single = TinyModel.perExpert(model.published(), TRUNK);
    single.remove("model.language_model.layers.1.mlp.experts.3.up_proj.weight");
    try (Checkpoint checkpoint = Checkpoint.open(model.write(folder, single))) {
      String message =
          assertThrows(CheckpointException.class, () -> checkpoint.require(model.expected))
              .getMessage();
      assertTrue(message.contains("up_proj.weight ([3, 32, 64], expected [4, 32, 64])"), message);
    }
  }

  @Test
  void refusesExpertsThatDiffer() {
    Map<String, Tensor> single = TinyModel.perExpert(model.published(), TRUNK);
    single.computeIfPresent(
        "model.language_model.layers.1.mlp.experts.2.up_proj.weight",
        (name, tensor) -> tensor.reshaped(64, 32));
    refused(single, "experts.2.up_proj.weight", "F32[64, 32]", "F32[32, 64]", "must be alike");
  }

  @Test
  void refusesABlockInTwoForms() {
    Map<String, Tensor> both = TinyModel.fused(model.published(), TRUNK);
    both.putAll(model.published());
    refused(both, "experts.down_proj", "switch_mlp.down_proj.weight", "keep one of the two");
  }

  @Test
  void refusesFusedExpertsOfTheWrongRank() {
    Map<String, Tensor> stored = TinyModel.fused(model.published(), TRUNK);
    for (int[] shape : List.of(new int[] {256, 64}, new int[] {64, 1, 256})) {
      stored.computeIfPresent(
          "model.language_model.layers.0.mlp.experts.gate_up_proj",
          (name, tensor) -> tensor.reshaped(shape));
      refused(stored, "experts.gate_up_proj", Arrays.toString(shape), "[experts, 2 x width");
    }
  }
}
