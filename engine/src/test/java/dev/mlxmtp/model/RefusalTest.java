package dev.mlxmtp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.TestModels;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.TwinModel;
import dev.mlxmtp.checkpoint.CheckpointException;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Memory;
import dev.mlxmtp.mlx.Ops;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A head, or a trunk, that does not fit is refused by name and never loaded to draft nonsense; what
 * was read of it is freed.
 */
class RefusalTest {
  @TempDir Path folder;

  private void refused(
      String fixture, UnaryOperator<SortedMap<String, Array>> change, String... parts) {
    Path source = fixture.isEmpty() ? TestPaths.demoModel() : TestPaths.fixture(fixture);
    TwinModel.withTensors(source, folder, change);
    long handles = Memory.liveHandles();
    String message =
        assertThrows(CheckpointException.class, () -> TestModels.load(folder, DType.FLOAT32))
            .getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message + " should contain " + part);
    }
    assertTrue(message.lines().count() == 1, "one line: " + message);
    assertEquals(handles, Memory.liveHandles(), "nothing half loaded remains");
  }

  private static UnaryOperator<SortedMap<String, Array>> with(
      String name, UnaryOperator<Array> change) {
    return tensors -> {
      assertTrue(tensors.containsKey(name), name);
      tensors.computeIfPresent(name, (key, tensor) -> change.apply(tensor));
      return tensors;
    };
  }

  private static UnaryOperator<SortedMap<String, Array>> without(String... names) {
    return tensors -> {
      for (String name : names) {
        assertTrue(tensors.remove(name) != null, name);
      }
      return tensors;
    };
  }

  @Test
  void headOfTheWrongWidth() {
    refused(
        "",
        with("mtp.fc.weight", fc -> Ops.contiguous(Ops.slice(fc, 1, 0, 256))),
        "mtp.fc.weight",
        "[256, 256]",
        "[256, 512]");
  }

  @Test
  void headThatLacksTensors() {
    refused(
        "",
        without("mtp.norm.weight", "mtp.layers.0.self_attn.k_norm.weight"),
        "mtp.norm.weight",
        "mtp.layers.0.self_attn.k_norm.weight");
  }

  @Test
  void headWithATensorTooMany() {
    refused(
        "",
        tensors -> {
          tensors.put("mtp.layers.1.mlp.up_proj.weight", Ops.zeros(DType.BFLOAT16, 4, 4));
          return tensors;
        },
        "mtp.layers.1.mlp.up_proj.weight");
  }

  @Test
  void headThatIsNotFinite() {
    refused(
        "",
        with(
            "mtp.fc.weight",
            fc -> Ops.astype(Ops.add(fc, Double.POSITIVE_INFINITY), DType.BFLOAT16)),
        "mtp.fc.weight");
  }

  @Test
  void trunkThatIsNotFinite() {
    refused(
        "",
        with(
            "model.language_model.layers.11.mlp.down_proj.weight",
            w -> Ops.astype(Ops.multiply(w, Double.NaN), DType.BFLOAT16)),
        "layers.11.mlp.down_proj.weight");
  }

  @Test
  void outputHeadThatIsMissing() {
    refused("dense-vlm", without("lm_head.weight"), "lm_head.weight");
  }

  @Test
  void quantizedOutputHeadOfTheWrongWidth() {
    refused(
        "dense-mlx-q4",
        tensors -> {
          SortedMap<String, Array> changed = new TreeMap<>(tensors);
          String weight =
              tensors.keySet().stream()
                  .filter(n -> n.endsWith("lm_head.weight"))
                  .findFirst()
                  .orElseThrow();
          changed.put(weight, Ops.contiguous(Ops.slice(tensors.get(weight), 1, 0, 4)));
          return changed;
        },
        "lm_head");
  }

  @Test
  void stateDtypesSurviveHalfPrecision() {
    Qwen35 model = TestModels.load(TestPaths.demoModel(), DType.BFLOAT16);
    try {
      TestModels.onEngine(
          () -> {
            try (ModelCache cache = model.newCache()) {
              Hidden hidden = model.forward(TestModels.row(1, 2, 3, 4, 5), cache, Pass.COMMIT);
              assertEquals(DType.BFLOAT16, hidden.postNorm().dtype());
              DeltaNetState.Snapshot now = ((DeltaNetState) cache.layer(0)).now().orElseThrow();
              assertEquals(DType.FLOAT32, now.state().dtype(), "the recurrent state");
              assertEquals(DType.BFLOAT16, now.convolution().dtype(), "the convolution's inputs");
              assertEquals(DType.BFLOAT16, cache.layer(3).arrays().getFirst().dtype(), "keys");
            }
            return model;
          });
    } finally {
      TestModels.close(model);
    }
  }
}
