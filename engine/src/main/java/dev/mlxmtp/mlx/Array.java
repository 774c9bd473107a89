package dev.mlxmtp.mlx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * An n-dimensional array of MLX: a node of the lazy graph until it is evaluated, a buffer on the
 * device afterwards.
 *
 * <p>A value object around a handle. It belongs to the {@link Scope} that was innermost when it was
 * made, or to the one that adopted it, and may not be used after that has closed. Engine thread
 * only.
 */
public final class Array {
  private final long handle;
  // Dtype code and shape, asked for on first use: most results of a step are only handed on.
  private int[] info = {};

  Array(long handle) {
    this.handle = handle;
  }

  /** Copies {@code data}, row-major, into a float32 array. */
  public static Array of(float[] data, int... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(data.length * Float.BYTES).order(ByteOrder.nativeOrder());
    bytes.asFloatBuffer().put(data);
    return NativeArrays.fromData(bytes, shape, DType.FLOAT32);
  }

  /** Copies {@code data}, row-major, into an int32 array. */
  public static Array of(int[] data, int... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(data.length * Integer.BYTES).order(ByteOrder.nativeOrder());
    bytes.asIntBuffer().put(data);
    return NativeArrays.fromData(bytes, shape, DType.INT32);
  }

  /** Copies the remaining bytes of a direct buffer, row-major and little-endian. */
  public static Array of(ByteBuffer bytes, DType dtype, int... shape) {
    return NativeArrays.fromData(bytes, shape, dtype);
  }

  /**
   * Reads the regions of files, one after the other, row-major and little-endian, straight into the
   * memory of a new array, however large.
   *
   * @throws IOException where a read fails or a file ends early
   * @throws IllegalArgumentException where the regions do not hold the bytes of shape and dtype
   */
  public static Array read(List<FileRegion> regions, DType dtype, int... shape) throws IOException {
    return NativeArrays.fromFile(regions, shape, dtype);
  }

  long handle() {
    return handle;
  }

  private int[] info() {
    if (info.length == 0) {
      info = NativeArrays.info(handle);
    }
    return info;
  }

  public DType dtype() {
    return DType.ofCode(info()[0]);
  }

  /** A copy of the shape. */
  public int[] shape() {
    return Arrays.copyOfRange(info(), 1, info().length);
  }

  public int ndim() {
    return info().length - 1;
  }

  /** Size of one axis; negative axes count from the end. */
  public int dim(int axis) {
    return info()[axis < 0 ? axis + info().length : axis + 1];
  }

  /** Number of elements. */
  public long size() {
    long n = 1;
    for (int i = 1; i < info().length; i++) {
      n *= info[i];
    }
    return n;
  }

  /** Bytes of the elements. */
  public long bytes() {
    return size() * dtype().bytes();
  }

  /** Evaluates and copies out, cast to float32, row-major. */
  public float[] toFloats() {
    float[] out = new float[Math.toIntExact(size())];
    try (var _ = Scope.open()) {
      Array source = dtype() == DType.FLOAT32 ? this : Ops.astype(this, DType.FLOAT32);
      NativeArrays.read(source.handle(), source.bytes()).asFloatBuffer().get(out);
    }
    return out;
  }

  /** Evaluates and copies out, cast to int32, row-major. */
  public int[] toInts() {
    int[] out = new int[Math.toIntExact(size())];
    try (var _ = Scope.open()) {
      Array source = dtype() == DType.INT32 ? this : Ops.astype(this, DType.INT32);
      NativeArrays.read(source.handle(), source.bytes()).asIntBuffer().get(out);
    }
    return out;
  }

  /** Evaluates and copies the raw elements out, row-major, little-endian. */
  public byte[] toBytes() {
    byte[] out = new byte[Math.toIntExact(bytes())];
    NativeArrays.read(handle, out.length).get(out);
    return out;
  }

  /** Evaluates a one-element array to an int. */
  public int item() {
    return toInts()[0];
  }

  /** A second handle to the same elements, with an owner of its own. */
  public Array share() {
    return NativeRuntime.share(this);
  }

  /** Frees the array now, before its scope closes. */
  public void free() {
    NativeRuntime.free(handle);
  }

  @Override
  public String toString() {
    return dtype().safetensorsName() + Arrays.toString(shape());
  }
}
