package dev.mlxmtp.mlx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mlxmtp.OnEngineThread;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Products with plain and packed weights against float64 sums, and to the bit whatever comes with a
 * row.
 */
@ExtendWith(OnEngineThread.class)
class ProductKernelTest {
  private static final double TOLERANCE = 1e-6;
  private static final int ROWS = 64;

  @BeforeEach
  void kernelsServe() {
    assumeTrue(Kernels.instructionSet().isPresent(), "the CPU kernels do not serve here");
  }

  @AfterEach
  void allThreads() {
    Kernels.setThreads(1 << 20);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void plainWeightsAgreeWithFloat64(DType dtype) {
    KernelInputs inputs = new KernelInputs(7);
    for (int k : new int[] {1, 7, 16, 31, 33, 64, 257}) {
      for (int n : new int[] {1, 3, 8, 13, 51}) {
        for (int m : new int[] {1, 2, 3, 4, 5, 11, 70}) {
          check(inputs.normal(m * k), inputs.normal(n * k), m, k, n, dtype);
          check(inputs.adversarial(m * k), inputs.adversarial(n * k), m, k, n, dtype);
        }
      }
    }
  }

  private static void check(float[] x, float[] weights, int m, int k, int n, DType dtype) {
    try (var _ = Scope.open()) {
      Array w = Ops.astype(Array.of(weights, n, k), dtype);
      float[] y = Fast.linear(Array.of(x, m, k), w).toFloats();
      double error = KernelInputs.productError(y, x, w.toFloats(), m, k, n);
      assertTrue(error < TOLERANCE, dtype + " " + m + "x" + k + "x" + n + ": " + error);
    }
  }

  /** A mode of packing that the kernels read. */
  enum Packing {
    MXFP4(32, 4, QuantMode.MXFP4),
    MXFP8(32, 8, QuantMode.MXFP8),
    NVFP4(16, 4, QuantMode.NVFP4),
    AFFINE4_32(32, 4, QuantMode.AFFINE),
    AFFINE4_128(128, 4, QuantMode.AFFINE),
    AFFINE8_64(64, 8, QuantMode.AFFINE);

    final int group;
    final int bits;
    final QuantMode mode;

    Packing(int group, int bits, QuantMode mode) {
      this.group = group;
      this.bits = bits;
      this.mode = mode;
    }

    Fast.Packed pack(Array w) {
      return Fast.quantize(w, group, bits, mode);
    }
  }

  @ParameterizedTest
  @EnumSource
  void packedWeightsAgreeWithFloat64(Packing packing) {
    KernelInputs inputs = new KernelInputs(8);
    for (int k : new int[] {32, 64, 96, 128, 416, 704}) {
      if (k % packing.group != 0) {
        continue;
      }
      for (int n : new int[] {1, 5, 33}) {
        for (int m : new int[] {1, 2, 3, 4, 9, 70}) {
          try (var _ = Scope.open()) {
            Fast.Packed packed = packing.pack(Array.of(inputs.normal(n * k), n, k));
            float[] x = inputs.normal(m * k);
            float[] y = packed.matmul(Array.of(x, m, k)).toFloats();
            float[] w = packed.dequantize(DType.FLOAT32).toFloats();
            double error = KernelInputs.productError(y, x, w, m, k, n);
            assertTrue(error < TOLERANCE, packing + " " + m + "x" + k + "x" + n + ": " + error);
          }
        }
      }
    }
  }

  @Test
  void aRowDoesNotDependOnTheRowsBesideIt() {
    KernelInputs inputs = new KernelInputs(9);
    int k = 416;
    int n = 203;
    Array w = Array.of(inputs.normal(n * k), n, k);
    rowInvariant("float32", inputs, k, n, x -> Fast.linear(x, w));
    Array half = Ops.astype(w, DType.BFLOAT16);
    rowInvariant("bfloat16", inputs, k, n, x -> Fast.linear(x, half));
    rowInvariant(
        "bfloat16 in and out", inputs, k, n, x -> Fast.linear(Ops.astype(x, DType.BFLOAT16), half));
    for (Packing packing : Packing.values()) {
      if (k % packing.group == 0) {
        Fast.Packed packed = packing.pack(w);
        rowInvariant(packing.name(), inputs, k, n, packed::matmul);
      }
    }
  }

  private static void rowInvariant(
      String what, KernelInputs inputs, int k, int n, UnaryOperator<Array> product) {
    float[] x = inputs.normal(ROWS * k);
    float[] together = product.apply(Array.of(x, ROWS, k)).toFloats();
    for (int m = 1; m <= ROWS; m++) {
      try (var _ = Scope.open()) {
        float[] fewer = product.apply(Array.of(Arrays.copyOf(x, m * k), m, k)).toFloats();
        assertArrayEquals(
            KernelInputs.bits(together, 0, m * n),
            KernelInputs.bits(fewer, 0, m * n),
            what + ", " + m + " rows");
        float[] alone =
            product.apply(Array.of(Arrays.copyOfRange(x, (m - 1) * k, m * k), 1, k)).toFloats();
        assertArrayEquals(
            KernelInputs.bits(together, (m - 1) * n, m * n),
            KernelInputs.bits(alone, 0, n),
            what + ", row " + m);
      }
    }
  }

  @Test
  void theNumberOfThreadsChangesNothing() {
    KernelInputs inputs = new KernelInputs(10);
    int k = 512;
    int n = 1031;
    Array w = Array.of(inputs.normal(n * k), n, k);
    Fast.Packed packed = Packing.MXFP4.pack(w);
    for (int m : List.of(1, 2, 4, 17, 64, 100)) {
      Array x = Array.of(inputs.normal(m * k), m, k);
      for (UnaryOperator<Array> product :
          List.<UnaryOperator<Array>>of(a -> Fast.linear(a, w), packed::matmul)) {
        Kernels.setThreads(1);
        float[] one = product.apply(x).toFloats();
        Kernels.setThreads(1 << 20);
        assertArrayEquals(one, product.apply(x).toFloats(), m + " rows");
      }
    }
  }

  @Test
  void infinityAndNanGoWhereMlxPutsThem() {
    KernelInputs inputs = new KernelInputs(11);
    int k = 70;
    int n = 9;
    for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] x = inputs.normal(3 * k);
      x[k + 69] = odd;
      float[] weights = inputs.normal(n * k);
      weights[4 * k + 69] = 0;
      weights[7 * k + 3] = odd;
      Array w = Array.of(weights, n, k);
      float[] got = Fast.linear(Array.of(x, 3, k), w).toFloats();
      float[] expected = Ops.matmul(Array.of(x, 3, k), Ops.swapLast(w)).toFloats();
      for (int i = 0; i < got.length; i++) {
        if (Float.isFinite(expected[i])) {
          assertEquals(expected[i], got[i], 1e-4, "at " + i);
        } else {
          assertEquals(expected[i], got[i], "at " + i);
        }
      }
    }
  }

  @Test
  void stridedRowsAreReadInTheirOrder() {
    KernelInputs inputs = new KernelInputs(12);
    float[] x = inputs.normal(6 * 40);
    float[] w = inputs.normal(5 * 6);
    Array transposed = Ops.swapLast(Array.of(x, 6, 40));
    float[] got = Fast.linear(transposed, Array.of(w, 5, 6)).toFloats();
    float[] straight = Fast.linear(Ops.contiguous(transposed), Array.of(w, 5, 6)).toFloats();
    assertArrayEquals(straight, got);
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    Array x = Ops.zeros(DType.FLOAT32, 1, 8);
    MlxException e =
        org.junit.jupiter.api.Assertions.assertThrows(
            MlxException.class, () -> Fast.linear(x, Ops.zeros(DType.FLOAT32, 4, 9)));
    assertTrue(e.getMessage().contains("does not match"), e.getMessage());
  }
}
