package dev.mlxmtp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.checkpoint.Checkpoint;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Kernels;
import dev.mlxmtp.mlx.Ops;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(OnEngineThread.class)
class KernelCheckTest {

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void kernelsHoldOnTheDemoModelsHeads(DType compute) {
    assumeTrue(Kernels.instructionSet().isPresent(), "the CPU kernels do not serve here");
    try (Checkpoint checkpoint = Checkpoint.open(TestPaths.demoModel());
        Qwen35 model = ModelLoader.load(checkpoint, compute, (done, total) -> {})) {
      assertEquals(List.of(), model.warnings());
      assertTrue(model.usesAllProcessors());
      Qwen35.StepCost cost = model.stepCost();
      assertTrue(cost.nodes() > model.config().layers().size(), cost.toString());
      assertTrue(cost.calls() > 0, cost.toString());
      assertEquals(cost, model.stepCost());
    }
  }

  @Test
  void deviationLeavesAKernelOutWithOneWarning() {
    List<String> warnings = new ArrayList<>();
    assertTrue(KernelCheck.holds("attention", () -> 0.5, warnings));
    assertEquals(List.of(), warnings);
    assertFalse(KernelCheck.holds("attention", () -> 3.0, warnings));
    assertEquals(
        List.of(
            "The kernel for attention differs from plain operations (3.0 times what rounding"
                + " explains); it is left out, plain operations serve."),
        warnings);
  }

  @Test
  void failureLeavesAKernelOutWithMlxsMessage() {
    List<String> warnings = new ArrayList<>();
    assertFalse(
        KernelCheck.holds(
            "Gated DeltaNet",
            () -> {
              Ops.matmul(Array.of(new float[2], 1, 2), Array.of(new float[3], 1, 3));
              return 0.0;
            },
            warnings));
    String warning = warnings.getFirst();
    assertTrue(
        warning.matches("The kernel for Gated DeltaNet failed: .*matmul.*; it is left out, .*"),
        warning);
  }

  @Test
  void nothingIsCheckedWhereNoKernelIsWanted() {
    assumeTrue(Kernels.instructionSet().isPresent(), "the CPU kernels do not serve here");
    Kernels.setWanted(false);
    try (Checkpoint checkpoint = Checkpoint.open(TestPaths.demoModel());
        Qwen35 model = ModelLoader.load(checkpoint, DType.FLOAT32, (done, total) -> {})) {
      assertEquals(List.of(), model.warnings());
      assertFalse(model.usesAllProcessors());
    } finally {
      Kernels.setWanted(true);
    }
  }
}
