package dev.mlxmtp.mlx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;

/**
 * The border to the C ABI of {@code mtp.h}: the loaded library, how a function of it is bound, how
 * its status becomes an {@link MlxException} with MLX's own message, and the engine thread's
 * scratch memory for lists and results.
 */
@SuppressWarnings("restricted")
final class Border {
  private static final int ABI_VERSION = 1;
  static final int TEXT_BYTES = 8192;

  static final Path PATH = NativeLibrary.locate();
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBRARY = SymbolLookup.libraryLookup(PATH, Arena.global());

  private static final MethodHandle ABI = bind("mtp_abi_version");
  private static final MethodHandle LAST_ERROR = bind("mtp_last_error", ADDRESS, JAVA_INT);

  // Scratch of the engine thread: results, shapes, handle lists.
  static final MemorySegment OUT = Arena.global().allocate(JAVA_LONG, 16);
  static final MemorySegment LIST = Arena.global().allocate(JAVA_LONG, 16);
  static final MemorySegment INTS = Arena.global().allocate(JAVA_INT, 64);

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

  private Border() {}

  @FunctionalInterface
  interface IntCall {
    int run() throws Throwable;
  }

  static MethodHandle bind(String name, MemoryLayout... parameters) {
    MemorySegment symbol =
        LIBRARY
            .find(name)
            .orElseThrow(
                () ->
                    new MlxException(
                        "The native library at " + PATH + " has no " + name + ".", false));
    return LINKER.downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, parameters));
  }

  static int checkedInt(IntCall call) {
    try {
      return call.run();
    } catch (Throwable t) {
      throw failure(t);
    }
  }

  static RuntimeException failure(Throwable t) {
    return switch (t) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new MlxException("a native call failed: " + t.getMessage(), t);
    };
  }

  static void check(int status) {
    if (status != 0) {
      throw new MlxException(lastError(), status == 2);
    }
  }

  static String lastError() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT_BYTES);
      int status = checkedInt(() -> (int) LAST_ERROR.invokeExact(text, TEXT_BYTES));
      return status == 0 ? text.getString(0) : "the native library gave no message";
    }
  }

  // Guards the scratch memory; the native side checks again.
  static void onEngineThread() {
    if (!EngineThread.get().isCurrent()) {
      throw new MlxException("MLX work was asked for outside the engine thread.", false);
    }
  }

  static MemorySegment ints(int[] values) {
    onEngineThread();
    MemorySegment.copy(values, 0, INTS, JAVA_INT, 0, values.length);
    return INTS;
  }

  static MemorySegment longs(Arena arena, List<Array> arrays) {
    MemorySegment segment = arena.allocate(JAVA_LONG, Math.max(1, arrays.size()));
    for (int i = 0; i < arrays.size(); i++) {
      segment.setAtIndex(JAVA_LONG, i, arrays.get(i).handle());
    }
    return segment;
  }

  static MemorySegment out() {
    onEngineThread();
    return OUT;
  }

  static long outLong(int status) {
    check(status);
    return OUT.get(JAVA_LONG, 0);
  }

  static Array result(int status) {
    return new Array(outLong(status));
  }

  static MemorySegment list(Array[] arrays) {
    onEngineThread();
    for (int i = 0; i < arrays.length; i++) {
      LIST.setAtIndex(JAVA_LONG, i, arrays[i].handle());
    }
    return LIST;
  }

  static Array[] results(int n) {
    Array[] results = new Array[n];
    for (int i = 0; i < n; i++) {
      results[i] = new Array(OUT.getAtIndex(JAVA_LONG, i));
    }
    return results;
  }
}
