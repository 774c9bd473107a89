package dev.mlxmtp.checkpoint;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.checkpoint.TinyModel.Tensor;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.QuantMode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(OnEngineThread.class)
class FiniteCheckTest {
  @TempDir Path folder;

  private static Weight good() {
    return new Weight.Dense(Array.of(new float[] {1, -2, Float.MAX_VALUE}, 3));
  }

  private void refuses(Weight bad) {
    Map<String, Weight> batch = new LinkedHashMap<>();
    batch.put("first", good());
    batch.put("second.weight", bad);
    batch.put("third", good());
    String message =
        assertThrows(CheckpointException.class, () -> FiniteCheck.require(folder, batch))
            .getMessage();
    assertTrue(message.startsWith("second.weight in " + folder), message);
  }

  private static Fast.Packed quantized(QuantMode mode) {
    QuantFormat format = QuantFormat.defaultOf(mode);
    return Fast.quantize(
        Ops.full(0.5, DType.FLOAT32, 4, 64), format.group(), format.bits(), format.mode());
  }

  private static Weight withScales(Fast.Packed p, Array scales, Optional<Array> biases) {
    return new Weight.Packed(
        new Fast.Packed(p.weight(), scales, biases, p.group(), p.bits(), p.mode()));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void namesABadDenseTensor(float value) {
    refuses(new Weight.Dense(Array.of(new float[] {0, 1, value, 3}, 2, 2)));
    refuses(
        new Weight.Dense(Ops.astype(Array.of(new float[] {0, 1, value, 3}, 4), DType.BFLOAT16)));
  }

  @ParameterizedTest
  @EnumSource(QuantMode.class)
  void acceptsGoodWeights(QuantMode mode) {
    Map<String, Weight> batch =
        Map.of(
            "a",
            good(),
            "b",
            new Weight.Packed(quantized(mode)),
            "c",
            new Weight.Dense(Array.of(new int[] {1}, 1)),
            "d",
            new Weight.Dense(Ops.zeros(DType.FLOAT32, 0, 3)));
    assertDoesNotThrow(() -> FiniteCheck.require(folder, batch));
  }

  @Test
  void namesBadAffineScalesAndBiases() {
    Fast.Packed p = quantized(QuantMode.AFFINE);
    Array bad = Ops.full(Double.NaN, DType.FLOAT32, 4, 1);
    refuses(withScales(p, bad, p.biases()));
    refuses(withScales(p, p.scales(), Optional.of(bad)));
  }

  @ParameterizedTest
  @CsvSource({"MXFP4,255", "MXFP8,255", "NVFP4,127", "NVFP4,255"})
  void namesBadScaleCodes(QuantMode mode, int code) {
    Fast.Packed p = quantized(mode);
    Array bad =
        Ops.sliceUpdate(p.scales(), Ops.full(code, DType.UINT8, 1, p.scales().dim(1)), 0, 2);
    refuses(withScales(p, bad, Optional.empty()));
  }

  @Test
  void checksWhatACheckpointReads() {
    TinyModel model = TinyModel.dense();
    Map<String, Tensor> stored = model.published();
    float[] bad = new float[64];
    bad[63] = Float.NaN;
    stored.put("mtp.norm.weight", new Tensor(new int[] {64}, bad));
    try (Checkpoint checkpoint = Checkpoint.open(model.write(folder, stored))) {
      Map<String, Weight> batch = new LinkedHashMap<>();
      for (String name : checkpoint.names()) {
        batch.put(name, checkpoint.weight(name, DType.FLOAT32));
      }
      String message =
          assertThrows(CheckpointException.class, () -> checkpoint.requireFinite(batch))
              .getMessage();
      assertTrue(message.startsWith("mtp.norm.weight in "), message);
      batch.remove("mtp.norm.weight");
      assertDoesNotThrow(() -> checkpoint.requireFinite(batch));
    }
  }
}
