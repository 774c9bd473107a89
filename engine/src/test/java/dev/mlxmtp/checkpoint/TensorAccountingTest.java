package dev.mlxmtp.checkpoint;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.checkpoint.TinyModel.Tensor;
import dev.mlxmtp.mlx.DType;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every tensor is accounted for, in one message. */
class TensorAccountingTest {
  @TempDir Path folder;
  private final TinyModel model = TinyModel.dense();

  private Checkpoint open(Map<String, Tensor> stored) {
    return Checkpoint.open(model.write(folder, stored));
  }

  private String refusal(Map<String, Tensor> stored) {
    try (Checkpoint checkpoint = open(stored)) {
      return assertThrows(CheckpointException.class, () -> checkpoint.require(model.expected))
          .getMessage();
    }
  }

  private static Tensor one() {
    return new Tensor(new int[] {1}, new float[1]);
  }

  @Test
  void acceptsWhatIsExpected() {
    try (Checkpoint checkpoint = open(model.published())) {
      assertDoesNotThrow(() -> checkpoint.require(model.expected));
    }
  }

  @Test
  void namesWhatIsMissing() {
    Map<String, Tensor> stored = model.published();
    stored.remove("lm_head.weight");
    stored.remove("model.language_model.layers.0.linear_attn.dt_bias");
    assertEquals(
        folder
            + " does not hold what its config.json describes: 2 tensors are missing:"
            + " layers.0.linear_attn.dt_bias, lm_head.weight. Check that config and weights belong"
            + " to the same model.",
        refusal(stored));
  }

  @Test
  void namesAtMostTen() {
    Map<String, Tensor> stored = model.published();
    stored.keySet().removeIf(name -> name.contains("layers.1."));
    stored.put("model.language_model.norm.weight", one());
    for (int i = 0; i < 12; i++) {
      stored.put("model.language_model.extra" + i, one());
    }
    String message = refusal(stored);
    assertTrue(message.contains("14 tensors are missing: layers.1.input_layernorm"), message);
    assertTrue(message.contains(" and 6 more; 1 tensor has the wrong shape"), message);
    assertTrue(message.contains("norm.weight ([1], expected [64])"), message);
    assertTrue(message.contains("; 12 tensors are unexpected: extra0 and 11 more"), message);
  }

  @Test
  void namesTenOfOneKind() {
    Map<String, Tensor> stored = model.published();
    for (int i = 0; i < 12; i++) {
      stored.put("model.language_model.extra" + i, one());
    }
    String message = refusal(stored);
    assertTrue(message.contains("12 tensors are unexpected: extra0, extra1, extra10"), message);
    assertTrue(message.contains("extra7 and 2 more."), message);
  }

  @Test
  void leavesTheTowerOut() {
    Map<String, Tensor> stored = model.published();
    stored.put("model.visual.pos_embed.weight", one());
    try (Checkpoint checkpoint = open(stored)) {
      assertDoesNotThrow(() -> checkpoint.require(model.expected));
      assertTrue(checkpoint.hasVision());
      model.expected.put("visual.pos_embed.weight", new int[] {2});
      assertThrows(CheckpointException.class, () -> checkpoint.require(model.expected));
    }
  }

  @Test
  void acceptsAMissingHeadWhateverTheConfigSays() {
    model.config.withObject("/text_config").put("mtp_num_hidden_layers", 1);
    try (Checkpoint checkpoint =
        open(TinyModel.filtered(model.published(), name -> !TinyModel.isMtp(name)))) {
      assertFalse(checkpoint.hasMtp());
      assertDoesNotThrow(() -> checkpoint.require(model.expected));
    }
  }

  @Test
  void refusesHalfAHead() {
    Map<String, Tensor> stored = model.published();
    stored.remove("mtp.fc.weight");
    assertTrue(refusal(stored).contains("1 tensor is missing: mtp.fc.weight."));
    stored = TinyModel.filtered(model.published(), name -> !TinyModel.isMtp(name));
    stored.put("mtp.norm.weight", model.tensors.get("mtp.norm.weight"));
    assertTrue(refusal(stored).contains("14 tensors are missing: mtp.fc.weight"));
  }

  @Test
  void namesAnUnknownTensor() {
    try (Checkpoint checkpoint = open(model.published())) {
      String message =
          assertThrows(CheckpointException.class, () -> checkpoint.shape("layers.9.x"))
              .getMessage();
      assertTrue(message.contains("holds no tensor layers.9.x"), message);
      assertThrows(CheckpointException.class, () -> checkpoint.weight("x", DType.FLOAT32));
    }
  }
}
