package dev.mlxmtp.mlx;

import java.util.Arrays;
import java.util.List;

/**
 * Operations on arrays. Each adds a node to the lazy graph and returns at once; {@link #eval} runs
 * it. Binary operations broadcast as NumPy does; a Java number takes the dtype of the array beside
 * it. Negative axes count from the end. Shapes that do not fit throw {@link MlxException}. Engine
 * thread only.
 */
public final class Ops {
  private Ops() {}

  // In the order of mtp_unary_op.
  private static final int NEGATIVE = 0;
  private static final int EXP = 1;
  private static final int LOG = 2;
  private static final int LOG1P = 3;
  private static final int SIGMOID = 4;
  private static final int SQUARE = 5;
  private static final int SQRT = 6;
  private static final int RSQRT = 7;
  private static final int COS = 8;
  private static final int SIN = 9;
  private static final int ABS = 10;
  private static final int CONTIGUOUS = 11;

  // In the order of mtp_binary_op.
  private static final int ADD = 0;
  private static final int SUBTRACT = 1;
  private static final int MULTIPLY = 2;
  private static final int DIVIDE = 3;
  private static final int MAXIMUM = 4;
  private static final int MINIMUM = 5;
  private static final int MATMUL = 6;
  private static final int EQUAL = 7;
  private static final int LESS = 8;
  private static final int LESS_EQUAL = 9;
  private static final int LOGADDEXP = 12;

  // In the order of mtp_axis_op.
  private static final int SUM = 0;
  private static final int MEAN = 1;
  private static final int MAX = 2;
  private static final int MIN = 3;
  private static final int ARGMAX = 4;
  private static final int LOGSUMEXP = 5;
  private static final int ALL = 6;
  private static final int CUMSUM = 7;
  private static final int SORT = 8;
  private static final int ARGSORT = 9;
  private static final int SOFTMAX = 10;

  /** Runs the graphs of the arrays and waits. */
  public static void eval(List<Array> arrays) {
    NativeArrays.eval(arrays, false);
  }

  public static void eval(Array... arrays) {
    eval(List.of(arrays));
  }

  /** Starts the graphs of the arrays and returns while they run. */
  public static void asyncEval(List<Array> arrays) {
    NativeArrays.eval(arrays, true);
  }

  /** Number of operations below the array that have not run yet. */
  public static long graphNodes(Array x) {
    return NativeArrays.graphNodes(x);
  }

  public static Array zeros(DType dtype, int... shape) {
    return NativeArrays.full(shape, 0, dtype);
  }

  public static Array full(double value, DType dtype, int... shape) {
    return NativeArrays.full(shape, value, dtype);
  }

  /** {@code start, start + 1, …, stop - 1}. */
  public static Array arange(double start, double stop, DType dtype) {
    return NativeArrays.arange(start, stop, 1, dtype);
  }

  /** Ones on and below the given diagonal, zeros above. */
  public static Array tri(int rows, int columns, int diagonal, DType dtype) {
    return NativeOps.tri(rows, columns, diagonal, dtype);
  }

  public static Array negative(Array x) {
    return NativeOps.unary(NEGATIVE, x);
  }

  public static Array exp(Array x) {
    return NativeOps.unary(EXP, x);
  }

  public static Array log(Array x) {
    return NativeOps.unary(LOG, x);
  }

  public static Array log1p(Array x) {
    return NativeOps.unary(LOG1P, x);
  }

  public static Array sigmoid(Array x) {
    return NativeOps.unary(SIGMOID, x);
  }

  public static Array square(Array x) {
    return NativeOps.unary(SQUARE, x);
  }

  public static Array sqrt(Array x) {
    return NativeOps.unary(SQRT, x);
  }

  public static Array rsqrt(Array x) {
    return NativeOps.unary(RSQRT, x);
  }

  public static Array cos(Array x) {
    return NativeOps.unary(COS, x);
  }

  public static Array sin(Array x) {
    return NativeOps.unary(SIN, x);
  }

  public static Array abs(Array x) {
    return NativeOps.unary(ABS, x);
  }

  /** One bool: no element is NaN or infinite. */
  public static Array allFinite(Array x) {
    return NativeLayers.allFinite(x);
  }

  /**
   * A row-major copy where the array is a strided view, which would keep its whole buffer alive.
   */
  public static Array contiguous(Array x) {
    return NativeOps.unary(CONTIGUOUS, x);
  }

  public static Array add(Array a, Array b) {
    return NativeOps.binary(ADD, a, b);
  }

  public static Array add(Array a, double b) {
    return NativeOps.binaryScalar(ADD, a, b);
  }

  public static Array subtract(Array a, Array b) {
    return NativeOps.binary(SUBTRACT, a, b);
  }

  public static Array multiply(Array a, Array b) {
    return NativeOps.binary(MULTIPLY, a, b);
  }

  public static Array multiply(Array a, double b) {
    return NativeOps.binaryScalar(MULTIPLY, a, b);
  }

  public static Array divide(Array a, Array b) {
    return NativeOps.binary(DIVIDE, a, b);
  }

  public static Array maximum(Array a, Array b) {
    return NativeOps.binary(MAXIMUM, a, b);
  }

  public static Array minimum(Array a, Array b) {
    return NativeOps.binary(MINIMUM, a, b);
  }

  /** Matrix product over the last two axes, the others broadcast. */
  public static Array matmul(Array a, Array b) {
    return NativeOps.binary(MATMUL, a, b);
  }

  public static Array equal(Array a, Array b) {
    return NativeOps.binary(EQUAL, a, b);
  }

  public static Array less(Array a, Array b) {
    return NativeOps.binary(LESS, a, b);
  }

  public static Array lessEqual(Array a, Array b) {
    return NativeOps.binary(LESS_EQUAL, a, b);
  }

  /** {@code log(exp(a) + exp(b))}. */
  public static Array logAddExp(Array a, double b) {
    return NativeOps.binaryScalar(LOGADDEXP, a, b);
  }

  public static Array where(Array condition, Array x, Array y) {
    return NativeOps.where(condition, x, y);
  }

  public static Array sum(Array x, int axis, boolean keepDims) {
    return NativeOps.alongAxis(SUM, x, axis, keepDims);
  }

  public static Array mean(Array x, int axis, boolean keepDims) {
    return NativeOps.alongAxis(MEAN, x, axis, keepDims);
  }

  public static Array max(Array x, int axis, boolean keepDims) {
    return NativeOps.alongAxis(MAX, x, axis, keepDims);
  }

  public static Array min(Array x, int axis, boolean keepDims) {
    return NativeOps.alongAxis(MIN, x, axis, keepDims);
  }

  /** Index of the largest element, the first of equals. */
  public static Array argmax(Array x, int axis) {
    return NativeOps.alongAxis(ARGMAX, x, axis, false);
  }

  public static Array logSumExp(Array x, int axis, boolean keepDims) {
    return NativeOps.alongAxis(LOGSUMEXP, x, axis, keepDims);
  }

  public static Array all(Array x, int axis) {
    return NativeOps.alongAxis(ALL, x, axis, false);
  }

  public static Array cumsum(Array x, int axis) {
    return NativeOps.alongAxis(CUMSUM, x, axis, false);
  }

  public static Array sort(Array x, int axis) {
    return NativeOps.alongAxis(SORT, x, axis, false);
  }

  public static Array argsort(Array x, int axis) {
    return NativeOps.alongAxis(ARGSORT, x, axis, false);
  }

  /** Softmax with float32 statistics whatever the dtype. */
  public static Array softmax(Array x, int axis) {
    return NativeOps.alongAxis(SOFTMAX, x, axis, false);
  }

  /** Indices whose first {@code kth} entries point at the smallest elements, in no order. */
  public static Array argpartition(Array x, int kth, int axis) {
    return NativeOps.argpartition(x, kth, axis);
  }

  public static Array astype(Array x, DType dtype) {
    return NativeOps.astype(x, dtype);
  }

  /** The same bytes as another dtype; the last axis changes by the ratio of the sizes. */
  public static Array view(Array x, DType dtype) {
    return NativeOps.view(x, dtype);
  }

  /** One size may be -1. */
  public static Array reshape(Array x, int... shape) {
    return NativeOps.reshape(x, shape);
  }

  public static Array broadcastTo(Array x, int... shape) {
    return NativeOps.broadcastTo(x, shape);
  }

  public static Array transpose(Array x, int... axes) {
    return NativeOps.transpose(x, axes);
  }

  /** The last two axes swapped. */
  public static Array swapLast(Array x) {
    int n = x.ndim();
    int[] axes = new int[n];
    Arrays.setAll(axes, i -> i < n - 2 ? i : n - 2 + (n - 1 - i));
    return NativeOps.transpose(x, axes);
  }

  /** {@code x[…, start:stop, …]} along one axis. */
  public static Array slice(Array x, int axis, int start, int stop) {
    return NativeOps.slice(x, range(x, axis, start, stop));
  }

  /**
   * {@code x} with {@code x[…, start:start+n, …] = update} along one axis, where n is the size of
   * the update there.
   */
  public static Array sliceUpdate(Array x, Array update, int axis, int start) {
    return NativeOps.sliceUpdate(x, update, range(x, axis, start, start + update.dim(axis)));
  }

  private static int[] range(Array x, int axis, int start, int stop) {
    int n = x.ndim();
    int at = axis < 0 ? axis + n : axis;
    int[] range = new int[3 * n];
    for (int i = 0; i < n; i++) {
      range[i] = i == at ? start : 0;
      range[n + i] = i == at ? stop : x.dim(i);
      range[2 * n + i] = 1;
    }
    return range;
  }

  public static Array concatenate(List<Array> arrays, int axis) {
    return NativeOps.concatenate(arrays, axis);
  }

  /** Joins along a new axis. */
  public static Array stack(List<Array> arrays, int axis) {
    return NativeOps.stack(arrays, axis);
  }

  /** Cuts before each of the given indices. */
  public static Array[] split(Array x, int axis, int... indices) {
    return NativeOps.split(x, indices, axis);
  }

  /**
   * The entries at integer {@code indices} along the axis, which is replaced by the axes of the
   * indices.
   */
  public static Array take(Array x, Array indices, int axis) {
    return NativeOps.take(x, indices, axis);
  }

  public static Array takeAlongAxis(Array x, Array indices, int axis) {
    return NativeOps.takeAlongAxis(x, indices, axis);
  }

  /** Each entry {@code repeats} times in a row. */
  public static Array repeat(Array x, int repeats, int axis) {
    return NativeOps.repeat(x, repeats, axis);
  }

  /** Zeros before and after, along one axis. */
  public static Array pad(Array x, int axis, int before, int after) {
    return NativeOps.pad(x, axis, before, after);
  }
}
