package dev.mlxmtp.checkpoint;

import static dev.mlxmtp.checkpoint.PackedFixture.MXFP4;
import static dev.mlxmtp.checkpoint.PackedFixture.Q;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.QuantMode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quantized modules are read as the config describes them. */
@ExtendWith(OnEngineThread.class)
class QuantizedCheckpointTest {
  private static final String K = "layers.3.self_attn.k_proj";
  private static final String EXPERTS = "layers.0.mlp.switch_mlp.up_proj";

  @TempDir Path folder;
  private PackedFixture fixture;

  @BeforeEach
  void makeFixture() {
    fixture = new PackedFixture(folder);
  }

  private void reads(Checkpoint checkpoint, String module) {
    String name = module + ".weight";
    assertEquals(Optional.of(fixture.plan.get(module)), checkpoint.format(name));
    assertArrayEquals(fixture.model.expected.get(name), checkpoint.shape(name), name);
    Fast.Packed read =
        assertInstanceOf(Weight.Packed.class, checkpoint.weight(name, DType.FLOAT32)).p();
    assertEquals(DType.UINT32, read.weight().dtype());
    assertArrayEquals(
        fixture.packed(module).dequantize(DType.FLOAT32).toFloats(),
        read.dequantize(DType.FLOAT32).toFloats(),
        name);
  }

  private void readsAll(Checkpoint checkpoint) {
    checkpoint.require(fixture.model.expected);
    for (String name : checkpoint.names()) {
      String module = name.replaceFirst("\\.weight$", "");
      if (fixture.plan.containsKey(module)) {
        reads(checkpoint, module);
      } else {
        assertEquals(Optional.empty(), checkpoint.format(name));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AFFINE,64,2",
    "AFFINE,64,3",
    "AFFINE,64,4",
    "AFFINE,64,5",
    "AFFINE,64,6",
    "AFFINE,64,8",
    "AFFINE,32,4",
    "MXFP4,32,4",
    "MXFP8,32,8",
    "NVFP4,16,4"
  })
  void readsEveryMode(QuantMode mode, int group, int bits) {
    fixture.plan =
        Map.of(Q, new QuantFormat(group, bits, mode), "mtp.fc", new QuantFormat(group, bits, mode));
    PackedFixture.put(fixture.quantization(), fixture.plan.get(Q));
    try (Checkpoint checkpoint = fixture.open(fixture.parts())) {
      readsAll(checkpoint);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mxfp4", "mxfp8", "nvfp4", "affine"})
  void fillsInTheSizesThatAModeImplies(String mode) {
    QuantFormat usual = QuantFormat.defaultOf(QuantMode.ofConfigName(mode).orElseThrow());
    fixture.plan = Map.of(Q, usual);
    fixture.quantization().put("mode", mode);
    try (Checkpoint checkpoint = fixture.open(fixture.parts())) {
      readsAll(checkpoint);
    }
  }

  @Test
  void readsOverridesUnderEveryPath() {
    QuantFormat mxfp8 = new QuantFormat(32, 8, QuantMode.MXFP8);
    QuantFormat affine = new QuantFormat(64, 6, QuantMode.AFFINE);
    fixture.plan.put("embed_tokens", mxfp8);
    fixture.plan.put("lm_head", affine);
    fixture.plan.put("mtp.fc", mxfp8);
    fixture.plan.put("mtp.layers.0.mlp.up_proj", affine);
    fixture.plan.put(K, affine);
    ObjectNode quantization = PackedFixture.put(fixture.quantization(), MXFP4);
    PackedFixture.put(quantization.putObject("language_model.model.embed_tokens"), mxfp8);
    PackedFixture.put(quantization.putObject("language_model.lm_head"), affine);
    PackedFixture.put(quantization.putObject("language_model.mtp.fc"), mxfp8);
    PackedFixture.put(quantization.putObject("mtp.layers.0.mlp.up_proj"), affine);
    PackedFixture.put(quantization.putObject("model." + K), affine);
    quantization.put("language_model.model.layers.3.self_attn.o_proj", false);
    quantization.put("language_model.model." + Q, true);
    try (Checkpoint checkpoint = fixture.open(fixture.parts())) {
      readsAll(checkpoint);
    }
  }

  @Test
  void readsStackedFusedAndSingleExperts() {
    fixture.model = TinyModel.moe();
    fixture.plan = Map.of(EXPERTS, MXFP4, EXPERTS.replace("up", "gate"), MXFP4);
    PackedFixture.put(fixture.quantization(), MXFP4);
    Map<String, Array> stacked = fixture.parts();
    try (Checkpoint checkpoint = fixture.open(stacked)) {
      readsAll(checkpoint);
    }
    String block = "language_model.model.layers.0.mlp.";
    Map<String, Array> fused = new HashMap<>(stacked);
    Map<String, Array> single = new HashMap<>(stacked);
    for (String part : new String[] {"weight", "scales"}) {
      Array gate = fused.remove(block + "switch_mlp.gate_proj." + part);
      Array up = fused.remove(block + "switch_mlp.up_proj." + part);
      fused.put(block + "experts.gate_up_proj." + part, Ops.concatenate(List.of(gate, up), 1));
      single.remove(block + "switch_mlp.up_proj." + part);
      for (int e = 0; e < 4; e++) {
        Array one = Ops.slice(up, 0, e, e + 1);
        single.put(
            block + "experts." + e + ".up_proj." + part, Ops.reshape(one, up.dim(1), up.dim(2)));
      }
    }
    try (Checkpoint checkpoint = fixture.open(fused)) {
      reads(checkpoint, EXPERTS);
      reads(checkpoint, EXPERTS.replace("up", "gate"));
    }
    try (Checkpoint checkpoint = fixture.open(single)) {
      readsAll(checkpoint);
    }
  }

  @Test
  void readsPayloadsStoredAsBytes() {
    fixture.payloadAsBytes = true;
    PackedFixture.put(fixture.quantization(), MXFP4);
    try (Checkpoint checkpoint = fixture.open(fixture.parts())) {
      readsAll(checkpoint);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mxfp4", "mxfp8"})
  void takesTheFormatFromTheQuantMethod(String method) {
    fixture.plan = Map.of(Q, QuantFormat.defaultOf(QuantMode.ofConfigName(method).orElseThrow()));
    fixture.model.config.putObject("quantization_config").put("quant_method", method);
    try (Checkpoint checkpoint = fixture.open(fixture.parts())) {
      readsAll(checkpoint);
    }
  }

  @Test
  void takesTheFormatFromQuantizationConfigWithoutMethod() {
    PackedFixture.put(fixture.model.config.putObject("quantization_config"), MXFP4);
    try (Checkpoint checkpoint = fixture.open(fixture.parts())) {
      readsAll(checkpoint);
    }
  }

  @Test
  void castsWhatTheProductsResultDependsOn() {
    fixture.plan = Map.of(Q, MXFP4, K, new QuantFormat(64, 4, QuantMode.AFFINE));
    PackedFixture.put(
        PackedFixture.put(fixture.quantization(), MXFP4).putObject("language_model.model." + K),
        fixture.plan.get(K));
    try (Checkpoint checkpoint = fixture.open(fixture.parts())) {
      for (DType compute : new DType[] {DType.FLOAT32, DType.BFLOAT16, DType.FLOAT16}) {
        var affine = (Weight.Packed) checkpoint.weight(K + ".weight", compute);
        assertEquals(compute, affine.p().scales().dtype());
        assertEquals(compute, affine.p().biases().orElseThrow().dtype());
        var mx = (Weight.Packed) checkpoint.weight(Q + ".weight", compute);
        assertEquals(DType.UINT8, mx.p().scales().dtype());
        var dense = (Weight.Dense) checkpoint.weight("mtp.fc.weight", compute);
        assertEquals(compute, dense.w().dtype());
        assertEquals(3, affine.arrays().size());
        assertEquals(2, mx.arrays().size());
        assertEquals(1, dense.arrays().size());
      }
      assertEquals(DType.UINT32, checkpoint.dtype(Q + ".weight"));
      String message =
          assertThrows(CheckpointException.class, () -> checkpoint.tensor(Q + ".weight"))
              .getMessage();
      assertTrue(message.contains("is quantized"), message);
    }
  }

  @Test
  void reportsAHeadOfTheWrongWidth() {
    fixture.plan = Map.of("mtp.fc", new QuantFormat(64, 4, QuantMode.AFFINE));
    PackedFixture.put(fixture.quantization(), new QuantFormat(64, 8, QuantMode.AFFINE));
    try (Checkpoint checkpoint = fixture.open(fixture.parts())) {
      String name = "mtp.fc.weight";
      String message =
          assertThrows(CheckpointException.class, () -> checkpoint.require(fixture.model.expected))
              .getMessage();
      assertTrue(
          message.contains(
              "1 tensor has the wrong shape: mtp.fc.weight (weight [64, 16], scales [64, 2],"
                  + " biases [64, 2] do not fit affine 8-bit, group 64, expected [64, 128])"),
          message);
      for (Executable read :
          new Executable[] {
            () -> checkpoint.shape(name), () -> checkpoint.weight(name, DType.FLOAT32)
          }) {
        message = assertThrows(CheckpointException.class, read).getMessage();
        assertTrue(
            message.contains("mtp.fc.weight in") && message.contains("wrong shape"), message);
      }
    }
  }
}
