package dev.mlxmtp.mlx;

import static dev.mlxmtp.mlx.Border.TEXT_BYTES;
import static dev.mlxmtp.mlx.Border.bind;
import static dev.mlxmtp.mlx.Border.check;
import static dev.mlxmtp.mlx.Border.checkedInt;
import static dev.mlxmtp.mlx.Border.failure;
import static dev.mlxmtp.mlx.Border.list;
import static dev.mlxmtp.mlx.Border.out;
import static dev.mlxmtp.mlx.Border.result;
import static dev.mlxmtp.mlx.Border.results;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The C functions of quantized products, fused operations and kernels. */
final class NativeLayers {
  private static final MethodHandle CONV1D =
      bind("mtp_conv1d", JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS);
  private static final MethodHandle QUANTIZE =
      bind("mtp_quantize", JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle DEQUANTIZE =
      bind(
          "mtp_dequantize",
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          ADDRESS);
  private static final MethodHandle QUANTIZED_MATMUL =
      bind(
          "mtp_quantized_matmul",
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          ADDRESS);
  private static final MethodHandle GATHER_MATMUL =
      bind("mtp_gather_matmul", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS);
  private static final MethodHandle GATHER_QUANTIZED_MATMUL =
      bind(
          "mtp_gather_quantized_matmul",
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          ADDRESS);
  private static final MethodHandle RMS_NORM =
      bind("mtp_rms_norm", JAVA_LONG, JAVA_LONG, JAVA_FLOAT, ADDRESS);
  private static final MethodHandle ROPE =
      bind("mtp_rope", JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle ATTENTION =
      bind(
          "mtp_attention",
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_FLOAT,
          JAVA_INT,
          JAVA_LONG,
          ADDRESS);
  private static final MethodHandle KERNELS = bind("mtp_kernels", ADDRESS, JAVA_INT);
  private static final MethodHandle KERNELS_WANTED = bind("mtp_kernels_wanted", JAVA_INT);
  private static final MethodHandle DELTA_NET_ROWS = bind("mtp_delta_net_rows", ADDRESS);
  private static final MethodHandle READ_BANDWIDTH = bind("mtp_read_bandwidth", JAVA_LONG, ADDRESS);
  private static final MethodHandle SET_THREADS = bind("mtp_set_threads", JAVA_INT);
  private static final MethodHandle LINEAR = bind("mtp_linear", JAVA_LONG, JAVA_LONG, ADDRESS);
  private static final MethodHandle ALL_FINITE = bind("mtp_all_finite", JAVA_LONG, ADDRESS);
  private static final MethodHandle SWIGLU = bind("mtp_swiglu", JAVA_LONG, JAVA_LONG, ADDRESS);
  private static final MethodHandle ENCODE_MX =
      bind("mtp_encode_mx", ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle GREEDY = bind("mtp_greedy", JAVA_LONG, JAVA_INT, ADDRESS);
  private static final MethodHandle STANDING =
      bind("mtp_standing", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_FLOAT, ADDRESS);
  private static final MethodHandle DELTA_NET =
      bind("mtp_delta_net", ADDRESS, JAVA_INT, JAVA_FLOAT, ADDRESS);
  private static final MethodHandle GATED_ATTENTION =
      bind(
          "mtp_gated_attention",
          ADDRESS,
          JAVA_INT,
          JAVA_INT,
          JAVA_FLOAT,
          JAVA_FLOAT,
          JAVA_FLOAT,
          JAVA_INT,
          ADDRESS);

  private NativeLayers() {}

  /** The CPU kernels' instruction set, empty where they do not serve. Engine thread only. */
  static String kernels() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT_BYTES);
      check(checkedInt(() -> (int) KERNELS.invokeExact(text, TEXT_BYTES)));
      return text.getString(0);
    }
  }

  static void kernelsWanted(boolean wanted) {
    check(checkedInt(() -> (int) KERNELS_WANTED.invokeExact(wanted ? 1 : 0)));
  }

  static int deltaNetRows() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate(JAVA_INT);
      check(checkedInt(() -> (int) DELTA_NET_ROWS.invokeExact(rows)));
      return rows.get(JAVA_INT, 0);
    }
  }

  static double readBandwidth(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_DOUBLE);
      check(checkedInt(() -> (int) READ_BANDWIDTH.invokeExact(bytes, result)));
      return result.get(JAVA_DOUBLE, 0);
    }
  }

  static void setThreads(int n) {
    try {
      check((int) SET_THREADS.invokeExact(n));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array linear(Array x, Array w) {
    try {
      return result((int) LINEAR.invokeExact(x.handle(), w.handle(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array allFinite(Array x) {
    try {
      return result((int) ALL_FINITE.invokeExact(x.handle(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array swiGlu(Array gate, Array up) {
    try {
      return result((int) SWIGLU.invokeExact(gate.handle(), up.handle(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  /** Any thread. */
  static boolean encodeMx(
      MemorySegment from,
      int type,
      long groups,
      int bits,
      MemorySegment codes,
      MemorySegment scales) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment finite = arena.allocate(JAVA_INT);
      check(
          checkedInt(
              () -> (int) ENCODE_MX.invokeExact(from, type, groups, bits, codes, scales, finite)));
      return finite.get(JAVA_INT, 0) != 0;
    }
  }

  static Array[] greedy(Array logits, int vocabulary) {
    try {
      check((int) GREEDY.invokeExact(logits.handle(), vocabulary, out()));
      return results(3);
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array[] standing(Array logits, Array tokens, int vocabulary, float scale) {
    try {
      check((int) STANDING.invokeExact(logits.handle(), tokens.handle(), vocabulary, scale, out()));
      return results(2);
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array[] deltaNet(int earlierRows, float normEps, Array... inputs) {
    try {
      check((int) DELTA_NET.invokeExact(list(inputs), earlierRows, normEps, out()));
      return results(earlierRows > 0 ? 4 : 3);
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array[] gatedAttention(
      int offset,
      int rotaryDims,
      float rotaryScale,
      float normEps,
      float scale,
      boolean gated,
      Array... inputs) {
    try {
      check(
          (int)
              GATED_ATTENTION.invokeExact(
                  list(inputs),
                  offset,
                  rotaryDims,
                  rotaryScale,
                  normEps,
                  scale,
                  gated ? 1 : 0,
                  out()));
      return results(3);
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  /** Packed weight, scales and, in affine mode, biases. */
  static Array[] quantize(Array w, int group, int bits, QuantMode mode) {
    try {
      check((int) QUANTIZE.invokeExact(w.handle(), group, bits, mode.ordinal(), out()));
      return results(mode.hasBiases() ? 3 : 2);
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array dequantize(
      Array w, Array scales, long biases, int group, int bits, QuantMode mode, DType dtype) {
    try {
      return result(
          (int)
              DEQUANTIZE.invokeExact(
                  w.handle(),
                  scales.handle(),
                  biases,
                  group,
                  bits,
                  mode.ordinal(),
                  dtype.ordinal(),
                  out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array quantizedMatmul(
      Array x, Array w, Array scales, long biases, int group, int bits, QuantMode mode) {
    try {
      return result(
          (int)
              QUANTIZED_MATMUL.invokeExact(
                  x.handle(),
                  w.handle(),
                  scales.handle(),
                  biases,
                  group,
                  bits,
                  mode.ordinal(),
                  out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array gatherMatmul(Array x, Array w, Array indices, boolean sorted) {
    try {
      return result(
          (int)
              GATHER_MATMUL.invokeExact(
                  x.handle(), w.handle(), indices.handle(), sorted ? 1 : 0, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array gatherQuantizedMatmul(
      Array x,
      Array w,
      Array scales,
      long biases,
      Array indices,
      int group,
      int bits,
      QuantMode mode,
      boolean sorted) {
    try {
      return result(
          (int)
              GATHER_QUANTIZED_MATMUL.invokeExact(
                  x.handle(),
                  w.handle(),
                  scales.handle(),
                  biases,
                  indices.handle(),
                  group,
                  bits,
                  mode.ordinal(),
                  sorted ? 1 : 0,
                  out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array rmsNorm(Array x, long weight, float eps) {
    try {
      return result((int) RMS_NORM.invokeExact(x.handle(), weight, eps, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array rope(Array x, int dims, int offset, Array frequencies) {
    try {
      return result((int) ROPE.invokeExact(x.handle(), dims, offset, frequencies.handle(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array attention(Array q, Array k, Array v, float scale, boolean causal, long mask) {
    try {
      return result(
          (int)
              ATTENTION.invokeExact(
                  q.handle(), k.handle(), v.handle(), scale, causal ? 1 : 0, mask, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array conv1d(Array x, Array weight, int groups) {
    try {
      return result((int) CONV1D.invokeExact(x.handle(), weight.handle(), groups, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }
}
