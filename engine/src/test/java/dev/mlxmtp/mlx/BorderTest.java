package dev.mlxmtp.mlx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mlxmtp.OnEngineThread;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What fails on the native side arrives as an exception with its message, and work goes on. */
@ExtendWith(OnEngineThread.class)
class BorderTest {

  @ParameterizedTest
  @CsvSource({
    "0, thrown on purpose: 100%s",
    "1, an error of unknown kind was thrown in the native library",
    "2, std::bad_alloc"
  })
  void whateverIsThrownBecomesAnException(int kind, String message) {
    for (int i = 0; i < 3; i++) {
      MlxException e = assertThrows(MlxException.class, () -> NativeRuntime.throwOnPurpose(kind));
      assertEquals(message, e.getMessage());
      assertFalse(e.isBackendFailure());
      assertWorks();
    }
  }

  private static void assertWorks() {
    assertArrayEquals(new float[] {3}, Ops.add(Array.of(new float[] {1}, 1), 2).toFloats());
  }

  private static void assertSays(Runnable wrong, String... parts) {
    String message = assertThrows(MlxException.class, wrong::run).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message + " should contain " + part);
    }
    assertWorks();
  }

  @Test
  void messagesNameTheShapes() {
    Array a = Ops.zeros(DType.FLOAT32, 2, 3);
    Array b = Ops.zeros(DType.FLOAT32, 4, 5);
    assertSays(() -> Ops.matmul(a, b), "(2,3)", "(4,5)");
    assertSays(() -> Ops.add(a, b), "(2,3)", "(4,5)");
    assertSays(() -> Ops.reshape(a, 7), "6", "(7)");
    assertSays(() -> Ops.concatenate(List.of(a, b), 0), "concatenate");
    assertSays(() -> Ops.sum(a, 5, false), "5");
    assertSays(() -> Ops.broadcastTo(a, 2, 4), "(2,3)", "(2,4)");
    assertSays(() -> Fast.rope(a, 2, 0, Ops.zeros(DType.FLOAT32, 1)), "rope");
  }

  // A kernel that trusted these shapes would read and write foreign memory.
  @Test
  void wrongShapesOfFusedOperations() {
    Array x = zeros(1, 4);
    assertSays(() -> Fast.linear(x, zeros(3, 5)).toFloats(), "");
    assertSays(() -> Fast.swiGlu(x, zeros(1, 2)).toFloats(), "");
    assertSays(() -> Fast.swiGlu(x, zeros(1, 5)).toFloats(), "");
    assertSays(() -> Fast.rmsNorm(x, zeros(3), 1e-6).toFloats(), "");
    assertSays(() -> Fast.conv1d(zeros(1, 2, 4), zeros(4, 3, 1), 4).toFloats(), "");
  }

  private static Array zeros(int... shape) {
    return Ops.zeros(DType.FLOAT32, shape);
  }

  @Test
  void wrongShapesOfTheDeltaNetKernel() {
    assumeTrue(Kernels.instructionSet().isPresent(), "the CPU kernels do not serve here");
    int[][] right = {
      {1, 5, 48}, {1, 3, 48}, {4, 48}, {1, 5, 2}, {1, 5, 2}, {1, 5, 16}, {2}, {2}, {8}, {1, 2, 8, 8}
    };
    assertEquals(5, deltaNet(right).y().dim(1));
    for (int i = 0; i < right.length; i++) {
      for (int axis = 0; axis < right[i].length; axis++) {
        int[][] wrong = right.clone();
        wrong[i] = right[i].clone();
        wrong[i][axis]++;
        assertThrows(
            MlxException.class,
            () -> Ops.eval(deltaNet(wrong).y()),
            "input " + i + ", axis " + axis + " one too large");
      }
    }
    assertWorks();
  }

  private static Kernels.DeltaNetOutputs deltaNet(int[][] s) {
    return Kernels.deltaNet(
        new Kernels.DeltaNetInputs(
            zeros(s[0]),
            zeros(s[1]),
            zeros(s[2]),
            zeros(s[3]),
            zeros(s[4]),
            zeros(s[5]),
            zeros(s[6]),
            zeros(s[7]),
            zeros(s[8]),
            zeros(s[9])),
        1e-6);
  }

  @Test
  void wrongShapesOfTheAttentionKernel() {
    assumeTrue(Kernels.instructionSet().isPresent(), "the CPU kernels do not serve here");
    int[][] right = {
      {1, 5, 4, 32}, {1, 5, 2, 16}, {1, 5, 2, 16}, {16}, {16}, {4}, {1, 2, 9, 16}, {1, 2, 9, 16}
    };
    assertEquals(5, attention(right, 4).y().dim(1));
    assertThrows(MlxException.class, () -> Ops.eval(attention(right, 5).y()), "no room");
    assertThrows(MlxException.class, () -> Ops.eval(attention(right, -1).y()), "before the start");
    for (int i = 0; i < right.length; i++) {
      for (int axis = 0; axis < right[i].length; axis++) {
        int[][] wrong = right.clone();
        wrong[i] = right[i].clone();
        wrong[i][axis]--;
        assertThrows(
            MlxException.class,
            () -> Ops.eval(attention(wrong, 4).y()),
            "input " + i + ", axis " + axis + " one too small");
      }
    }
    assertWorks();
  }

  private static Kernels.AttentionOutputs attention(int[][] s, int offset) {
    return Kernels.gatedAttention(
        new Kernels.AttentionInputs(
            zeros(s[0]),
            zeros(s[1]),
            zeros(s[2]),
            zeros(s[3]),
            zeros(s[4]),
            zeros(s[5]),
            zeros(s[6]),
            zeros(s[7])),
        new Kernels.AttentionSettings(offset, 8, 1, 1e-6, 0.25, true));
  }

  @Test
  void anotherThreadIsRefused() throws InterruptedException {
    Array array = Array.of(new float[] {1}, 1);
    List<Runnable> attempts =
        List.of(
            () -> Ops.add(array, 1),
            () -> Array.of(new float[] {1}, 1),
            array::toFloats,
            Scope::open,
            array::free,
            () -> Ops.eval(array),
            Memory::clearCache,
            () -> Device.CPU.use());
    for (Runnable attempt : attempts) {
      FutureTask<Void> task = new FutureTask<>(attempt, null);
      Thread thread = Thread.ofPlatform().start(task);
      thread.join();
      ExecutionException e = assertThrows(ExecutionException.class, task::get);
      MlxException cause = (MlxException) e.getCause();
      assertTrue(
          cause.getMessage().contains("outside the engine thread")
              || cause.getMessage().contains("belongs to another thread"),
          cause.getMessage());
    }
    assertArrayEquals(new float[] {1}, array.toFloats());
  }

  @Test
  void anyThreadMayAskForTheFigures() throws Exception {
    FutureTask<Memory> task = new FutureTask<>(Memory::now);
    Thread.ofPlatform().start(task);
    assertTrue(task.get().active() >= 0);
    FutureTask<Long> handles = new FutureTask<>(Memory::liveHandles);
    Thread.ofPlatform().start(handles);
    assertTrue(handles.get() >= 0);
    assertTrue(Mlx.version().matches("\\d+\\.\\d+\\.\\d+.*"), Mlx.version());
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeHasTheSizeThatMlxGivesIt(DType dtype) {
    if (dtype == DType.FLOAT64 && Device.best() == Device.GPU) {
      return;
    }
    Array array = Ops.astype(Array.of(new int[] {0, 1, 1}, 3), dtype);
    assertEquals(dtype, array.dtype());
    assertEquals(3 * dtype.bytes(), array.bytes());
    assertEquals(3 * dtype.bytes(), array.toBytes().length);
    assertArrayEquals(new int[] {0, 1, 1}, array.toInts());
    if (dtype != DType.BOOL) {
      assertEquals(dtype, DType.ofSafetensors(dtype.safetensorsName()).orElseThrow());
    }
  }
}
