package dev.mlxmtp.mlx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The C ABI, one method handle a function of {@code mtp.h}. Each call copies its lists into scratch
 * memory of the engine thread, checks the status and turns a failure into an {@link MlxException}
 * with MLX's own message.
 */
@SuppressWarnings("restricted")
final class Native {
  private static final int ABI_VERSION = 1;
  private static final int TEXT_BYTES = 8192;

  private static final Path PATH = NativeLibrary.locate();
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBRARY = SymbolLookup.libraryLookup(PATH, Arena.global());

  private static final MethodHandle ABI = bind("mtp_abi_version");
  private static final MethodHandle MLX_VERSION = bind("mtp_mlx_version", ADDRESS, JAVA_INT);
  private static final MethodHandle LAST_ERROR = bind("mtp_last_error", ADDRESS, JAVA_INT);
  private static final MethodHandle INIT = bind("mtp_init", JAVA_INT);
  private static final MethodHandle GPU_AVAILABLE = bind("mtp_gpu_available", ADDRESS);
  private static final MethodHandle DEVICE_INFO =
      bind("mtp_device_info", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle LIVE_HANDLES = bind("mtp_live_handles", ADDRESS);
  private static final MethodHandle SCOPE_OPEN = bind("mtp_scope_open", JAVA_INT, ADDRESS);
  private static final MethodHandle SCOPE_CLOSE = bind("mtp_scope_close", JAVA_LONG);
  private static final MethodHandle SCOPE_ADOPT = bind("mtp_scope_adopt", JAVA_LONG, JAVA_LONG);
  private static final MethodHandle SCOPE_PARENT = bind("mtp_scope_parent", JAVA_LONG, ADDRESS);
  private static final MethodHandle FREE = bind("mtp_free", JAVA_LONG);
  private static final MethodHandle SHARE = bind("mtp_share", JAVA_LONG, ADDRESS);
  private static final MethodHandle FROM_DATA =
      bind("mtp_from_data", ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle EMPTY =
      bind("mtp_empty", ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle FULL =
      bind("mtp_full", ADDRESS, JAVA_INT, JAVA_DOUBLE, JAVA_INT, ADDRESS);
  private static final MethodHandle ARANGE =
      bind("mtp_arange", JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE, JAVA_INT, ADDRESS);
  private static final MethodHandle INFO = bind("mtp_info", JAVA_LONG, ADDRESS);
  private static final MethodHandle READ = bind("mtp_read", JAVA_LONG, ADDRESS, JAVA_LONG);
  private static final MethodHandle EVAL = bind("mtp_eval", ADDRESS, JAVA_INT);
  private static final MethodHandle ASYNC_EVAL = bind("mtp_async_eval", ADDRESS, JAVA_INT);
  private static final MethodHandle SYNCHRONIZE = bind("mtp_synchronize");
  private static final MethodHandle GRAPH_NODES = bind("mtp_graph_nodes", JAVA_LONG, ADDRESS);
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
  private static final MethodHandle SET_THREADS = bind("mtp_set_threads", JAVA_INT);
  private static final MethodHandle LINEAR = bind("mtp_linear", JAVA_LONG, JAVA_LONG, ADDRESS);
  private static final MethodHandle ALL_FINITE = bind("mtp_all_finite", JAVA_LONG, ADDRESS);
  private static final MethodHandle SWIGLU = bind("mtp_swiglu", JAVA_LONG, JAVA_LONG, ADDRESS);
  private static final MethodHandle DELTA_NET =
      bind("mtp_delta_net", ADDRESS, JAVA_FLOAT, JAVA_INT, ADDRESS);
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
  private static final MethodHandle MEMORY = bind("mtp_memory", ADDRESS);
  private static final MethodHandle RESET_PEAK_MEMORY = bind("mtp_reset_peak_memory");
  private static final MethodHandle CLEAR_CACHE = bind("mtp_clear_cache");
  private static final MethodHandle SET_CACHE_LIMIT = bind("mtp_set_cache_limit", JAVA_LONG);
  private static final MethodHandle SET_WIRED_LIMIT = bind("mtp_set_wired_limit", JAVA_LONG);
  private static final MethodHandle THROW = bind("mtp_throw", JAVA_INT);

  // Scratch of the engine thread: results, shapes, handle lists.
  private static final MemorySegment OUT = Arena.global().allocate(JAVA_LONG, 16);
  private static final MemorySegment LIST = Arena.global().allocate(JAVA_LONG, 16);
  private static final MemorySegment INTS = Arena.global().allocate(JAVA_INT, 64);

  static {
    int abi = checkedInt(() -> (int) ABI.invokeExact());
    if (abi != ABI_VERSION) {
      throw new MlxException(
          "The native library at "
              + PATH
              + " has ABI "
              + abi
              + ", this program needs "
              + ABI_VERSION
              + ".",
          false);
    }
  }

  private Native() {}

  @FunctionalInterface
  private interface IntCall {
    int run() throws Throwable;
  }

  private static MethodHandle bind(String name, MemoryLayout... parameters) {
    MemorySegment symbol =
        LIBRARY
            .find(name)
            .orElseThrow(
                () ->
                    new MlxException(
                        "The native library at " + PATH + " has no " + name + ".", false));
    return LINKER.downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, parameters));
  }

  private static int checkedInt(IntCall call) {
    try {
      return call.run();
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  private static RuntimeException failure(Throwable t) {
    return switch (t) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new MlxException("a native call failed: " + t.getMessage(), t);
    };
  }

  private static void check(int status) {
    if (status != 0) {
      throw new MlxException(lastError(), status == 2);
    }
  }

  private static String lastError() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT_BYTES);
      int status = checkedInt(() -> (int) LAST_ERROR.invokeExact(text, TEXT_BYTES));
      return status == 0 ? text.getString(0) : "the native library gave no message";
    }
  }

  // Guards the scratch memory; the native side checks again.
  private static void onEngineThread() {
    if (!EngineThread.get().isCurrent()) {
      throw new MlxException("MLX work was asked for outside the engine thread.", false);
    }
  }

  private static MemorySegment ints(int[] values) {
    onEngineThread();
    MemorySegment.copy(values, 0, INTS, JAVA_INT, 0, values.length);
    return INTS;
  }

  private static MemorySegment longs(Arena arena, List<Array> arrays) {
    MemorySegment segment = arena.allocate(JAVA_LONG, Math.max(1, arrays.size()));
    for (int i = 0; i < arrays.size(); i++) {
      segment.setAtIndex(JAVA_LONG, i, arrays.get(i).handle());
    }
    return segment;
  }

  private static MemorySegment out() {
    onEngineThread();
    return OUT;
  }

  private static long outLong(int status) {
    check(status);
    return OUT.get(JAVA_LONG, 0);
  }

  private static Array result(int status) {
    return new Array(outLong(status));
  }

  /** The CPU kernels' instruction set, empty where they do not serve. Engine thread only. */
  static String kernels() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT_BYTES);
      check(checkedInt(() -> (int) KERNELS.invokeExact(text, TEXT_BYTES)));
      return text.getString(0);
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

  static Array[] deltaNet(float normEps, boolean keepAll, Array... inputs) {
    try {
      check((int) DELTA_NET.invokeExact(list(inputs), normEps, keepAll ? 1 : 0, out()));
      return results(3);
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

  private static MemorySegment list(Array[] arrays) {
    onEngineThread();
    for (int i = 0; i < arrays.length; i++) {
      LIST.setAtIndex(JAVA_LONG, i, arrays[i].handle());
    }
    return LIST;
  }

  private static Array[] results(int n) {
    Array[] results = new Array[n];
    for (int i = 0; i < n; i++) {
      results[i] = new Array(OUT.getAtIndex(JAVA_LONG, i));
    }
    return results;
  }

  static String mlxVersion() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT_BYTES);
      check(checkedInt(() -> (int) MLX_VERSION.invokeExact(text, TEXT_BYTES)));
      return text.getString(0);
    }
  }

  static Path libraryPath() {
    return PATH;
  }

  static boolean gpuAvailable() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment flag = arena.allocate(JAVA_INT);
      check(checkedInt(() -> (int) GPU_AVAILABLE.invokeExact(flag)));
      return flag.get(JAVA_INT, 0) != 0;
    }
  }

  static String deviceInfo(int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT_BYTES);
      check(checkedInt(() -> (int) DEVICE_INFO.invokeExact(device, text, TEXT_BYTES)));
      return text.getString(0);
    }
  }

  static long liveHandles() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_LONG);
      check(checkedInt(() -> (int) LIVE_HANDLES.invokeExact(count)));
      return count.get(JAVA_LONG, 0);
    }
  }

  static long[] memory() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment figures = arena.allocate(JAVA_LONG, 3);
      check(checkedInt(() -> (int) MEMORY.invokeExact(figures)));
      return figures.toArray(JAVA_LONG);
    }
  }

  /** Copies the remaining bytes of a direct buffer. */
  static Array fromData(ByteBuffer bytes, int[] shape, DType dtype) {
    try {
      MemorySegment data = MemorySegment.ofBuffer(bytes);
      return result(
          (int)
              FROM_DATA.invokeExact(
                  data, data.byteSize(), ints(shape), shape.length, dtype.ordinal(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  /** Reads the regions, one after the other, straight into the memory of a new array. */
  static Array fromFile(List<FileRegion> regions, int[] shape, DType dtype) throws IOException {
    long total = dtype.bytes();
    for (int size : shape) {
      total = Math.multiplyExact(total, (long) size);
    }
    long given = regions.stream().mapToLong(FileRegion::bytes).sum();
    if (given != total) {
      throw new IllegalArgumentException(
          "the regions hold " + given + " bytes where shape and dtype ask for " + total);
    }
    Array array;
    MemorySegment memory;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(ADDRESS);
      array =
          result((int) EMPTY.invokeExact(ints(shape), shape.length, dtype.ordinal(), data, out()));
      memory = data.get(ADDRESS, 0).reinterpret(total);
    } catch (Throwable t) {
      throw failure(t);
    }
    try {
      long at = 0;
      for (FileRegion region : regions) {
        region.readInto(memory.asSlice(at, region.bytes()));
        at += region.bytes();
      }
      return array;
    } catch (IOException | RuntimeException e) {
      // Half-written memory must not stay reachable.
      free(array.handle());
      throw e;
    }
  }

  /** Dtype code, then the sizes. */
  static int[] info(long array) {
    try {
      check((int) INFO.invokeExact(array, out()));
      int[] info = new int[1 + OUT.getAtIndex(JAVA_INT, 1)];
      info[0] = OUT.getAtIndex(JAVA_INT, 0);
      MemorySegment.copy(OUT, JAVA_INT, 2 * Integer.BYTES, info, 1, info.length - 1);
      return info;
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  /** Evaluates and copies out into a direct buffer in native order. */
  static ByteBuffer read(long array, long bytes) {
    try {
      ByteBuffer buffer =
          ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
      check((int) READ.invokeExact(array, MemorySegment.ofBuffer(buffer), bytes));
      return buffer;
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static void eval(List<Array> arrays, boolean async) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment list = longs(arena, arrays);
      check(
          async
              ? (int) ASYNC_EVAL.invokeExact(list, arrays.size())
              : (int) EVAL.invokeExact(list, arrays.size()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static void init(int device) {
    try {
      check((int) INIT.invokeExact(device));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static long openScope(boolean detached) {
    try {
      return outLong((int) SCOPE_OPEN.invokeExact(detached ? 1 : 0, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static void closeScope(long scope) {
    try {
      check((int) SCOPE_CLOSE.invokeExact(scope));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static void adopt(long scope, long array) {
    try {
      check((int) SCOPE_ADOPT.invokeExact(scope, array));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static long parentScope(long scope) {
    try {
      return outLong((int) SCOPE_PARENT.invokeExact(scope, out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static void free(long array) {
    try {
      check((int) FREE.invokeExact(array));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array share(Array x) {
    try {
      return result((int) SHARE.invokeExact(x.handle(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array full(int[] shape, double value, DType dtype) {
    try {
      return result(
          (int) FULL.invokeExact(ints(shape), shape.length, value, dtype.ordinal(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static Array arange(double start, double stop, double step, DType dtype) {
    try {
      return result((int) ARANGE.invokeExact(start, stop, step, dtype.ordinal(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static void synchronize() {
    try {
      check((int) SYNCHRONIZE.invokeExact());
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static long graphNodes(Array x) {
    try {
      return outLong((int) GRAPH_NODES.invokeExact(x.handle(), out()));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

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

  static Array conv1d(Array x, Array weight, int groups) {
    try {
      return result((int) CONV1D.invokeExact(x.handle(), weight.handle(), groups, out()));
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

  static void resetPeakMemory() {
    try {
      check((int) RESET_PEAK_MEMORY.invokeExact());
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static void clearCache() {
    try {
      check((int) CLEAR_CACHE.invokeExact());
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static void setCacheLimit(long bytes) {
    try {
      check((int) SET_CACHE_LIMIT.invokeExact(bytes));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static void setWiredLimit(long bytes) {
    try {
      check((int) SET_WIRED_LIMIT.invokeExact(bytes));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static void throwOnPurpose(int kind) {
    try {
      check((int) THROW.invokeExact(kind));
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  /**
   * Lets MLX keep what it uses resident, up to the size the device recommends, where it names one.
   */
  static void wireRecommended(int device) {
    var matcher =
        Pattern.compile("\"max_recommended_working_set_size\":(\\d+)").matcher(deviceInfo(device));
    if (matcher.find()) {
      setWiredLimit(Long.parseLong(matcher.group(1)));
    }
  }
}
