package dev.mlxmtp.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.checkpoint.TinyModel.Tensor;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** However the norms are stored, the model gets the same gammas. */
@ExtendWith(OnEngineThread.class)
class NormsTest {
  private static final List<String> ZERO_CENTRED =
      List.of(
          "norm.weight",
          "layers.0.input_layernorm.weight",
          "layers.2.post_attention_layernorm.weight",
          "layers.3.self_attn.q_norm.weight",
          "layers.3.self_attn.k_norm.weight",
          "mtp.norm.weight",
          "mtp.pre_fc_norm_embedding.weight",
          "mtp.pre_fc_norm_hidden.weight",
          "mtp.layers.0.input_layernorm.weight",
          "mtp.layers.0.post_attention_layernorm.weight",
          "mtp.layers.0.self_attn.q_norm.weight",
          "mtp.layers.0.self_attn.k_norm.weight");

  @TempDir Path folder;
  private final TinyModel model = TinyModel.dense();

  private void checks(Map<String, Tensor> stored, Consumer<Checkpoint> more) {
    try (Checkpoint checkpoint = Checkpoint.open(model.write(folder, stored))) {
      checkpoint.require(model.expected);
      for (String name : ZERO_CENTRED) {
        Array gamma = checkpoint.norm(name);
        assertEquals(DType.FLOAT32, gamma.dtype(), name);
        assertArrayEquals(model.tensors.get(name).plus(1).data(), gamma.toFloats(), name);
      }
      String ordinary = "layers.1.linear_attn.norm.weight";
      assertArrayEquals(
          model.tensors.get(ordinary).data(), checkpoint.norm(ordinary).toFloats(), ordinary);
      more.accept(checkpoint);
    }
  }

  private static void describes(Checkpoint checkpoint, String... parts) {
    String text = checkpoint.describeNorms();
    for (String part : parts) {
      assertTrue(text.contains(part), text + " should contain: " + part);
    }
  }

  private static boolean isOfLayer(String name) {
    return name.startsWith("mtp.layers.") || name.startsWith("mtp.pre_fc");
  }

  @Test
  void publishedCheckpoint() {
    checks(
        model.published(),
        c ->
            describes(
                c,
                "Trunk norms stored zero-centred, used as 1 + w (conv1d.weight is [C, 1, K]",
                "; MTP norms stored zero-centred, used as 1 + w."));
  }

  @Test
  void convertedCheckpointWithAShiftedHead() {
    for (String prefix : new String[] {"", "language_model."}) {
      checks(
          model.converted(prefix, name -> true),
          c ->
              describes(
                  c,
                  "Trunk norms used as stored (conv1d.weight is [C, K, 1]",
                  "; MTP norms used as stored."));
    }
  }

  @Test
  void convertedCheckpointWithARawHead() {
    for (String prefix : new String[] {"", "language_model."}) {
      checks(
          model.converted(prefix, name -> false),
          c ->
              describes(
                  c, "Trunk norms used as stored", "; MTP norms stored zero-centred, used as"));
    }
  }

  @Test
  void convertedCheckpointWhoseHeadIsMixed() {
    checks(
        model.converted("", name -> !isOfLayer(name)),
        c ->
            describes(
                c,
                "MTP norms mixed: stored zero-centred, used as 1 + w: mtp.layers.0.",
                "mtp.pre_fc_norm_hidden.weight; used as stored: mtp.norm.weight."));
  }

  @Test
  void convertedCheckpointWithoutHead() {
    Map<String, Tensor> stored =
        TinyModel.filtered(model.converted("", name -> true), n -> !TinyModel.isMtp(n));
    try (Checkpoint checkpoint = Checkpoint.open(model.write(folder, stored))) {
      assertEquals(
          "Trunk norms used as stored (conv1d.weight is [C, K, 1], MLX's layout).",
          checkpoint.describeNorms());
      checkpoint.require(model.expected);
    }
  }

  @Test
  void rawTrunkWithAShiftedHeadUnderTheConvertedPrefix() {
    Map<String, Tensor> stored =
        TinyModel.filtered(model.published(), name -> !TinyModel.isMtp(name));
    stored.putAll(
        TinyModel.filtered(
            model.converted("language_model.", name -> true), n -> n.contains(".mtp.")));
    checks(stored, c -> describes(c, "Trunk norms stored zero-centred", "; MTP norms used as"));
  }

  @Test
  void layoutDecidesNotTheNames() {
    Map<String, Tensor> stored =
        TinyModel.renamed(
            model.converted("", name -> true),
            name ->
                name.replace("language_model.model.", "model.language_model.")
                    .replace("language_model.lm_head", "lm_head"));
    checks(stored, c -> describes(c, "Trunk norms used as stored"));
  }

  @Test
  void gammasFarFromOneStayUndoubled() {
    // The true gammas of the two norms before fc average 0.49 and 0.27.
    checks(
        model.converted("", name -> true),
        c -> {
          assertEquals(0.4937, mean(c.norm("mtp.pre_fc_norm_hidden.weight")), 0.05);
          assertEquals(0.2734, mean(c.norm("mtp.pre_fc_norm_embedding.weight")), 0.05);
        });
  }

  private static double mean(Array x) {
    float[] values = x.toFloats();
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElseThrow();
  }

  @Test
  void theOneIsAddedInFloat32() {
    Map<String, Tensor> stored = model.published();
    float small = 0x1.0p-8f;
    SafetensorsWriter writer = new SafetensorsWriter();
    stored.forEach(
        (name, tensor) -> {
          if (name.endsWith("language_model.norm.weight")) {
            float[] values = new float[tensor.data().length];
            Arrays.fill(values, small);
            writer.addBf16(name, values, tensor.shape());
          } else {
            writer.addF32(name, tensor.data(), tensor.shape());
          }
        });
    TinyModel.writeConfig(folder, model.config);
    writer.write(folder.resolve("model.safetensors"));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertEquals(DType.BFLOAT16, checkpoint.dtype("norm.weight"));
      assertEquals(1 + small, checkpoint.norm("norm.weight").toFloats()[0]);
    }
  }

  @Test
  void storedFloat32StaysFloat32() {
    try (Checkpoint checkpoint = Checkpoint.open(model.write(folder, model.published()))) {
      for (String name :
          List.of("layers.0.linear_attn.A_log", "layers.0.linear_attn.norm.weight")) {
        Array stored = checkpoint.tensor(name);
        assertEquals(DType.FLOAT32, stored.dtype());
        assertArrayEquals(model.tensors.get(name).data(), stored.toFloats());
      }
    }
  }

  @Test
  void convolutionsAreEqualInBothLayouts() {
    String name = "layers.1.linear_attn.conv1d.weight";
    for (Map<String, Tensor> stored : List.of(model.published(), model.converted("", n -> true))) {
      try (Checkpoint checkpoint = Checkpoint.open(model.write(folder, stored))) {
        assertArrayEquals(new int[] {192, 4}, checkpoint.shape(name));
        Array read = checkpoint.tensor(name);
        assertArrayEquals(new int[] {192, 4}, read.shape());
        assertArrayEquals(model.tensors.get(name).data(), read.toFloats());
      }
    }
  }

  @Test
  void refusesConvolutionsOfBothLayouts() {
    Map<String, Tensor> stored = model.published();
    String name = "model.language_model.layers.2.linear_attn.conv1d.weight";
    stored.computeIfPresent(name, (n, tensor) -> tensor.reshaped(192, 4, 1));
    String message =
        assertThrows(CheckpointException.class, () -> Checkpoint.open(model.write(folder, stored)))
            .getMessage();
    assertTrue(message.contains(name) && message.contains("undecided"), message);
  }

  @Test
  void patchProjectionsAreEqualInBothLayouts() {
    model.config.putObject("vision_config").put("in_channels", 3).put("patch_size", 4);
    int[] published = {5, 3, 2, 4, 4};
    float[] data = new float[5 * 3 * 2 * 4 * 4];
    float[] moved = new float[data.length];
    for (int o = 0, i = 0; o < 5; o++) {
      for (int c = 0; c < 3; c++) {
        for (int pixel = 0; pixel < 32; pixel++, i++) {
          data[i] = i;
          moved[(o * 32 + pixel) * 3 + c] = i;
        }
      }
    }
    Map<String, Tensor> stored = model.published();
    stored.put("model.visual.patch_embed.proj.weight", new Tensor(published, data));
    patches(stored, published, data);
    stored = model.converted("", n -> true);
    stored.put(
        "vision_tower.patch_embed.proj.weight", new Tensor(new int[] {5, 2, 4, 4, 3}, moved));
    patches(stored, published, data);
  }

  private void patches(Map<String, Tensor> stored, int[] shape, float[] data) {
    String name = "visual.patch_embed.proj.weight";
    try (Checkpoint checkpoint = Checkpoint.open(model.write(folder, stored))) {
      assertArrayEquals(shape, checkpoint.shape(name));
      assertArrayEquals(shape, checkpoint.tensor(name).shape());
      assertArrayEquals(data, checkpoint.tensor(name).toFloats());
      checkpoint.require(model.expected);
    }
  }
}
