package dev.mlxmtp.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mlxmtp.TestPaths;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every tensor of known checkpoints is seen, named and shaped as the config says. */
class TensorCountTest {
  private static final String CONFIG_27B =
      """
      {"model_type": "qwen3_5", "tie_word_embeddings": false,
       "vision_config": {"depth": 27, "in_channels": 3, "patch_size": 16},
       "text_config": {"vocab_size": 248320, "hidden_size": 5120, "intermediate_size": 17408,
         "num_hidden_layers": 64, "num_attention_heads": 24, "num_key_value_heads": 4,
         "head_dim": 256, "linear_num_key_heads": 16, "linear_num_value_heads": 48,
         "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_conv_kernel_dim": 4}}
      """;
  private static final String CONFIG_0_8B =
      """
      {"model_type": "qwen3_5", "tie_word_embeddings": true,
       "vision_config": {"depth": 12, "in_channels": 3, "patch_size": 16},
       "text_config": {"vocab_size": 248320, "hidden_size": 1024, "intermediate_size": 3584,
         "num_hidden_layers": 24, "num_attention_heads": 8, "num_key_value_heads": 2,
         "head_dim": 256, "linear_num_key_heads": 16, "linear_num_value_heads": 16,
         "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_conv_kernel_dim": 4,
         "tie_word_embeddings": true}}
      """;

  @TempDir Path folder;

  private static long count(Checkpoint checkpoint, String prefix) {
    return checkpoint.names().stream().filter(name -> name.startsWith(prefix)).count();
  }

  /** A published checkpoint of full size whose elements take no space. */
  private void writeSparse(String config, SortedMap<String, int[]> vision) {
    JsonNode root = TinyModel.json(config);
    TinyModel.writeConfig(folder, root);
    SafetensorsWriter writer = new SafetensorsWriter();
    Architecture.text(root.get("text_config"))
        .forEach(
            (name, shape) -> {
              String stored = name.equals("lm_head.weight") ? name : "model.language_model." + name;
              boolean convolution = name.endsWith("conv1d.weight");
              int[] sizes = convolution ? new int[] {shape[0], 1, shape[1]} : shape;
              boolean wide = name.endsWith("A_log") || name.endsWith("linear_attn.norm.weight");
              writer.addHole(stored, wide ? "F32" : "BF16", wide ? 4 : 2, sizes);
            });
    vision.forEach((name, shape) -> writer.addHole("model." + name, "BF16", 2, shape));
    Architecture.mtp(root.get("text_config"))
        .forEach((name, shape) -> writer.addHole(name, "BF16", 2, shape));
    writer.write(folder.resolve("model.safetensors"));
  }

  private static void accounts(Checkpoint checkpoint, boolean withVision) {
    SortedMap<String, int[]> expected = new TreeMap<>(Architecture.text(checkpoint.textConfig()));
    expected.putAll(Architecture.mtp(checkpoint.textConfig()));
    checkpoint.require(expected);
    assertEquals(withVision, checkpoint.hasVision());
  }

  @Test
  void the27B() {
    writeSparse(CONFIG_27B, Architecture.vision(27, 1152, 4304, 5120));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertEquals(1199, checkpoint.names().size());
      assertEquals(15, count(checkpoint, "mtp."));
      assertEquals(333, count(checkpoint, "visual."));
      assertEquals(851, 1199 - count(checkpoint, "mtp.") - count(checkpoint, "visual."));
      accounts(checkpoint, true);
      assertArrayEquals(
          new int[] {12288, 5120}, checkpoint.shape("layers.3.self_attn.q_proj.weight"));
      assertArrayEquals(
          new int[] {10240, 4}, checkpoint.shape("layers.0.linear_attn.conv1d.weight"));
      assertArrayEquals(new int[] {5120, 10240}, checkpoint.shape("mtp.fc.weight"));
      assertTrue(checkpoint.totalBytes() > 54_000_000_000L);
    }
  }

  @Test
  void the0_8B() {
    writeSparse(CONFIG_0_8B, Architecture.vision(12, 768, 3072, 1024));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertEquals(488, checkpoint.names().size());
      assertEquals(15, count(checkpoint, "mtp."));
      assertEquals(153, count(checkpoint, "visual."));
      assertFalse(checkpoint.has("lm_head.weight"));
      accounts(checkpoint, true);
    }
  }

  @Test
  void theHeadOfAMoeHas19TensorsInItsPublishedForm() {
    TinyModel moe = TinyModel.moe();
    Map<String, TinyModel.Tensor> fused = TinyModel.fused(moe.published(), "mtp.");
    assertEquals(19, fused.keySet().stream().filter(TinyModel::isMtp).count());
    try (Checkpoint checkpoint = Checkpoint.open(moe.write(folder, fused))) {
      assertEquals(20, count(checkpoint, "mtp."));
      accounts(checkpoint, false);
    }
  }

  @Test
  void theDemoModel() {
    try (Checkpoint checkpoint = Checkpoint.open(TestPaths.demoModel())) {
      assertEquals(176, checkpoint.names().size());
      assertEquals(15, count(checkpoint, "mtp."));
      assertEquals(25_457_504, checkpoint.totalBytes());
      assertTrue(checkpoint.isTied());
      accounts(checkpoint, false);
    }
  }

  @Test
  void theFixtures() {
    for (String name : new String[] {"dense-vlm", "moe"}) {
      try (Checkpoint checkpoint = Checkpoint.open(TestPaths.fixture(name))) {
        assertEquals(name.equals("moe"), checkpoint.isMoe());
        assertFalse(checkpoint.hasMtp());
        accounts(checkpoint, true);
      }
    }
  }
}
