package dev.mlxmtp.mlx;

import static dev.mlxmtp.mlx.Border.PATH;
import static dev.mlxmtp.mlx.Border.TEXT_BYTES;
import static dev.mlxmtp.mlx.Border.bind;
import static dev.mlxmtp.mlx.Border.check;
import static dev.mlxmtp.mlx.Border.checkedInt;
import static dev.mlxmtp.mlx.Border.failure;
import static dev.mlxmtp.mlx.Border.out;
import static dev.mlxmtp.mlx.Border.outLong;
import static dev.mlxmtp.mlx.Border.result;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The C functions of life, scopes, devices and memory. */
final class NativeRuntime {
  private static final MethodHandle MLX_VERSION = bind("mtp_mlx_version", ADDRESS, JAVA_INT);
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
  private static final MethodHandle CALLS = bind("mtp_calls", ADDRESS);
  private static final MethodHandle MEMORY = bind("mtp_memory", ADDRESS);
  private static final MethodHandle RESET_PEAK_MEMORY = bind("mtp_reset_peak_memory");
  private static final MethodHandle CLEAR_CACHE = bind("mtp_clear_cache");
  private static final MethodHandle SET_CACHE_LIMIT = bind("mtp_set_cache_limit", JAVA_LONG);
  private static final MethodHandle SET_WIRED_LIMIT = bind("mtp_set_wired_limit", JAVA_LONG);
  private static final MethodHandle THROW = bind("mtp_throw", JAVA_INT);

  private NativeRuntime() {}

  static String mlxVersion() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT_BYTES);
      check(checkedInt(() -> (int) MLX_VERSION.invokeExact(text, TEXT_BYTES)));
      return text.getString(0);
    }
  }

  static long calls() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_LONG);
      check(checkedInt(() -> (int) CALLS.invokeExact(count)));
      return count.get(JAVA_LONG, 0);
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
