package dev.mlxmtp.checkpoint;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.FileRegion;
import dev.mlxmtp.mlx.Ops;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where the elements of one canonical tensor come from: regions of files that, joined, are its
 * bytes, and the axes to permute afterwards.
 *
 * @param rawName a name under which the elements, or the first of them, are stored
 * @param type the header's dtype name
 * @param shape of the joined regions, before the permutation
 */
record TensorSource(
    Path file,
    String rawName,
    String type,
    DType dtype,
    int[] shape,
    List<FileRegion> regions,
    Optional<int[]> axes) {

  static TensorSource of(SafetensorsFile file, StoredTensor tensor) {
    return new TensorSource(
        file.path(),
        tensor.name(),
        tensor.type(),
        tensor.dtype(),
        tensor.shape(),
        List.of(file.region(tensor, 0, tensor.bytes())),
        Optional.empty());
  }

  /** The shape of what {@link #read()} returns. */
  int[] resultShape() {
    return axes.map(order -> Arrays.stream(order).map(i -> shape[i]).toArray())
        .orElseGet(shape::clone);
  }

  long bytes() {
    return regions.stream().mapToLong(FileRegion::bytes).sum();
  }

  /** The same bytes, seen as another dtype and shape. */
  TensorSource as(DType otherType, int... otherShape) {
    return new TensorSource(file, rawName, type, otherType, otherShape, regions, axes);
  }

  TensorSource permuted(int... order) {
    return new TensorSource(file, rawName, type, dtype, shape, regions, Optional.of(order));
  }

  /** Other bytes of the same kind. */
  TensorSource over(List<FileRegion> otherRegions, int... otherShape) {
    return new TensorSource(file, rawName, type, dtype, otherShape, otherRegions, axes);
  }

  /** Engine thread only. */
  Array read() {
    Array array = read(file, rawName, regions, dtype, shape);
    return axes.map(order -> Ops.transpose(array, order)).orElse(array);
  }

  static Array read(Path file, String name, List<FileRegion> regions, DType dtype, int... shape) {
    try {
      return Array.read(regions, dtype, shape);
    } catch (IOException e) {
      throw failed(file, name, e);
    }
  }

  /** The mean of the elements, computed without MLX; for small tensors. Any thread. */
  double mean() {
    double sum = 0;
    long count = 0;
    for (FileRegion region : regions) {
      ByteBuffer data = bytes(region, 0, Math.toIntExact(region.bytes()));
      for (; data.hasRemaining(); count++) {
        sum += next(data);
      }
    }
    return sum / count;
  }

  /** At most so many bytes from the middle of the first region. Any thread. */
  ByteBuffer sample(int most) {
    FileRegion region = regions.getFirst();
    int size = (int) Math.min(most, region.bytes());
    return bytes(region, (region.bytes() - size) / 2, size);
  }

  private ByteBuffer bytes(FileRegion region, long from, int size) {
    ByteBuffer data = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (data.hasRemaining()) {
        if (region.channel().read(data, region.offset() + from + data.position()) < 0) {
          throw new IOException("the file ends early");
        }
      }
    } catch (IOException e) {
      throw failed(file, rawName, e);
    }
    return data.flip();
  }

  private double next(ByteBuffer data) {
    return switch (dtype) {
      case BFLOAT16 -> Float.intBitsToFloat(data.getShort() << Short.SIZE);
      case FLOAT16 -> Float.float16ToFloat(data.getShort());
      case FLOAT32 -> data.getFloat();
      case FLOAT64 -> data.getDouble();
      default ->
          throw new CheckpointException(
              "%s stores %s as %s where a floating-point type is needed; use another copy."
                  .formatted(file, rawName, type));
    };
  }

  private static CheckpointException failed(Path file, String name, IOException e) {
    return new CheckpointException("Reading %s from %s failed (%s).".formatted(name, file, e), e);
  }
}
