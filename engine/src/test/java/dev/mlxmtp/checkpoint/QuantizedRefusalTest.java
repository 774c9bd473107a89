package dev.mlxmtp.checkpoint;

import static dev.mlxmtp.checkpoint.PackedFixture.MXFP4;
import static dev.mlxmtp.checkpoint.PackedFixture.Q;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.checkpoint.TinyModel.Tensor;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.QuantMode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quantized checkpoints that cannot be read, and the sentences that say so. */
@ExtendWith(OnEngineThread.class)
class QuantizedRefusalTest {
  @TempDir Path folder;
  private PackedFixture fixture;

  @BeforeEach
  void makeFixture() {
    fixture = new PackedFixture(folder);
  }

  private void refused(Map<String, Array> parts, String... reasons) {
    String message =
        assertThrows(CheckpointException.class, () -> fixture.open(parts).close()).getMessage();
    for (String reason : reasons) {
      assertTrue(message.contains(reason), message + " should contain: " + reason);
    }
  }

  @Test
  void refusesScalesWithoutAFormat() {
    refused(fixture.parts(), "scales for " + Q, "no quantization block");
    PackedFixture.put(fixture.quantization(), MXFP4).put("language_model.model." + Q, false);
    refused(fixture.parts(), "excludes " + Q);
  }

  @Test
  void refusesPartsThatAreMissingOrTooMany() {
    PackedFixture.put(fixture.quantization(), new QuantFormat(64, 4, QuantMode.AFFINE));
    refused(fixture.parts(), Q, "affine 4-bit, group 64", "has no biases");
    PackedFixture.put(fixture.quantization(), MXFP4);
    Map<String, Array> parts = fixture.parts();
    String module = "language_model.model." + Q;
    parts.put(module + ".biases", parts.get(module + ".scales"));
    refused(parts, Q, "has biases, which only affine mode has");
    parts.remove(module + ".biases");
    Array weight = parts.remove(module + ".weight");
    refused(parts, Q + ".scales, but no file holds its weight");
    parts.put(module + ".weight", fixture.source(Q));
    refused(parts, Q, "has a weight of F32[128, 64]");
    parts.put(module + ".weight", weight);
    parts.put(module + ".scales", Ops.zeros(DType.FLOAT32, 128, 2));
    refused(parts, Q, "has scales of type F32");
    parts.remove(module + ".scales");
    refused(parts, Q, "as U32 without scales");
  }

  @ParameterizedTest
  @CsvSource({"int4,4,32", "affine,7,64", "affine,4,16", "mxfp4,8,32", "mxfp8,8,64", "nvfp4,4,32"})
  void refusesFormatsThatMlxLacks(String mode, int bits, int group) {
    fixture.quantization().put("mode", mode).put("bits", bits).put("group_size", group);
    refused(
        fixture.parts(),
        "mode " + mode + " with " + bits + " bits and group size " + group,
        "MLX does");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gptq", "awq", "compressed-tensors", "bitnet"})
  void refusesOtherMethods(String method) {
    fixture.plan = Map.of();
    fixture.model.config.putObject("quantization_config").put("quant_method", method);
    refused(fixture.parts(), "quant_method " + method + ", which is not supported");
  }

  @Test
  void refusesFp8() {
    fixture.plan = Map.of();
    Map<String, Array> parts = fixture.parts();
    fixture.model.config.putObject("quantization_config").put("quant_method", "fp8");
    refused(parts, "FP8 checkpoint", "use the BF16 checkpoint");
    fixture.model.config.remove("quantization_config");
    parts.put("model.language_model." + Q + ".weight_scale_inv", Ops.zeros(DType.FLOAT32, 1, 1));
    refused(parts, "FP8 checkpoint", "use the BF16 checkpoint");
  }

  @Test
  void refusesBareEightBitFloats() {
    Map<String, Tensor> stored = fixture.model.published();
    SafetensorsWriter writer = TinyModel.writer(stored);
    writer.add("model.language_model.extra", "F8_E4M3", new byte[4], 4);
    TinyModel.writeConfig(folder, fixture.model.config);
    writer.write(folder.resolve("model.safetensors"));
    String message =
        assertThrows(CheckpointException.class, () -> Checkpoint.open(folder)).getMessage();
    assertTrue(message.contains("model.language_model.extra as F8_E4M3 without scales"), message);
  }
}
