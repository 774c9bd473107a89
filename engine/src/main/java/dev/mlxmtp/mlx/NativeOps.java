package dev.mlxmtp.mlx;

import static dev.mlxmtp.mlx.Border.bind;
import static dev.mlxmtp.mlx.Border.check;
import static dev.mlxmtp.mlx.Border.failure;
import static dev.mlxmtp.mlx.Border.ints;
import static dev.mlxmtp.mlx.Border.longs;
import static dev.mlxmtp.mlx.Border.out;
import static dev.mlxmtp.mlx.Border.result;
import static dev.mlxmtp.mlx.Border.results;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** The C functions of element-wise, shape, gather and reduction operations. */
final class NativeOps {
  private static final MethodHandle UNARY = bind("mtp_unary", JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle BINARY =
      bind("mtp_binary", JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS);
  private static final MethodHandle BINARY_SCALAR =
      bind("mtp_binary_scalar", JAVA_INT, JAVA_LONG, JAVA_DOUBLE, ADDRESS);
  private static final MethodHandle ALONG_AXIS =
      bind("mtp_along_axis", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle ASTYPE = bind("mtp_astype", JAVA_LONG, JAVA_INT, ADDRESS);
  private static final MethodHandle VIEW = bind("mtp_view", JAVA_LONG, JAVA_INT, ADDRESS);
  private static final MethodHandle RESHAPE =
      bind("mtp_reshape", JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle BROADCAST_TO =
      bind("mtp_broadcast_to", JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle TRANSPOSE =
      bind("mtp_transpose", JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle SLICE =
      bind("mtp_slice", JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle SLICE_UPDATE =
      bind("mtp_slice_update", JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle CONCATENATE =
      bind("mtp_concatenate", ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle STACK = bind("mtp_stack", ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle SPLIT =
      bind("mtp_split", JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle TAKE =
      bind("mtp_take", JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS);
  private static final MethodHandle TAKE_ALONG_AXIS =
      bind("mtp_take_along_axis", JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS);
  private static final MethodHandle ARGPARTITION =
      bind("mtp_argpartition", JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle REPEAT =
      bind("mtp_repeat", JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle WHERE =
      bind("mtp_where", JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS);
  private static final MethodHandle TRI =
      bind("mtp_tri", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle PAD =
      bind("mtp_pad", JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);

  private NativeOps() {}

  static Array unary(int op, Array x) {
    try {
      return result((int) UNARY.invokeExact(op, x.handle(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array binary(int op, Array a, Array b) {
    try {
      return result((int) BINARY.invokeExact(op, a.handle(), b.handle(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array binaryScalar(int op, Array a, double b) {
    try {
      return result((int) BINARY_SCALAR.invokeExact(op, a.handle(), b, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array alongAxis(int op, Array x, int axis, boolean keepDims) {
    try {
      return result((int) ALONG_AXIS.invokeExact(op, x.handle(), axis, keepDims ? 1 : 0, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array astype(Array x, DType dtype) {
    try {
      return result((int) ASTYPE.invokeExact(x.handle(), dtype.ordinal(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array view(Array x, DType dtype) {
    try {
      return result((int) VIEW.invokeExact(x.handle(), dtype.ordinal(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array reshape(Array x, int[] shape) {
    try {
      return result((int) RESHAPE.invokeExact(x.handle(), ints(shape), shape.length, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array broadcastTo(Array x, int[] shape) {
    try {
      return result((int) BROADCAST_TO.invokeExact(x.handle(), ints(shape), shape.length, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array transpose(Array x, int[] axes) {
    try {
      return result((int) TRANSPOSE.invokeExact(x.handle(), ints(axes), axes.length, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array slice(Array x, int[] startStopStride) {
    try {
      return result(
          (int)
              SLICE.invokeExact(
                  x.handle(), ints(startStopStride), startStopStride.length / 3, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array sliceUpdate(Array x, Array update, int[] startStopStride) {
    try {
      return result(
          (int)
              SLICE_UPDATE.invokeExact(
                  x.handle(),
                  update.handle(),
                  ints(startStopStride),
                  startStopStride.length / 3,
                  out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array concatenate(List<Array> arrays, int axis) {
    try (Arena arena = Arena.ofConfined()) {
      return result(
          (int) CONCATENATE.invokeExact(longs(arena, arrays), arrays.size(), axis, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array stack(List<Array> arrays, int axis) {
    try (Arena arena = Arena.ofConfined()) {
      return result((int) STACK.invokeExact(longs(arena, arrays), arrays.size(), axis, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array[] split(Array x, int[] indices, int axis) {
    try {
      check((int) SPLIT.invokeExact(x.handle(), ints(indices), indices.length, axis, out()));
      return results(indices.length + 1);
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array take(Array x, Array indices, int axis) {
    try {
      return result((int) TAKE.invokeExact(x.handle(), indices.handle(), axis, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array takeAlongAxis(Array x, Array indices, int axis) {
    try {
      return result((int) TAKE_ALONG_AXIS.invokeExact(x.handle(), indices.handle(), axis, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array argpartition(Array x, int kth, int axis) {
    try {
      return result((int) ARGPARTITION.invokeExact(x.handle(), kth, axis, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array repeat(Array x, int repeats, int axis) {
    try {
      return result((int) REPEAT.invokeExact(x.handle(), repeats, axis, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array where(Array condition, Array x, Array y) {
    try {
      return result((int) WHERE.invokeExact(condition.handle(), x.handle(), y.handle(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array tri(int rows, int columns, int diagonal, DType dtype) {
    try {
      return result((int) TRI.invokeExact(rows, columns, diagonal, dtype.ordinal(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array pad(Array x, int axis, int before, int after) {
    try {
      return result((int) PAD.invokeExact(x.handle(), axis, before, after, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }
}
