package dev.mlxmtp.mlx;

import static dev.mlxmtp.mlx.Border.OUT;
import static dev.mlxmtp.mlx.Border.bind;
import static dev.mlxmtp.mlx.Border.check;
import static dev.mlxmtp.mlx.Border.failure;
import static dev.mlxmtp.mlx.Border.ints;
import static dev.mlxmtp.mlx.Border.longs;
import static dev.mlxmtp.mlx.Border.out;
import static dev.mlxmtp.mlx.Border.outLong;
import static dev.mlxmtp.mlx.Border.result;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The C functions that create, read and evaluate arrays. */
@SuppressWarnings("restricted")
final class NativeArrays {
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

  private NativeArrays() {}

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
      NativeRuntime.free(array.handle());
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
}
