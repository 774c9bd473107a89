package dev.mlxmtp.quantize;

import dev.mlxmtp.checkpoint.RawTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads rows of a planned tensor as float32, FP8 multiplied by its block factors ({@code
 * weight_scale_inv}, one for 128 × 128 numbers). One for each thread.
 */
final class NumberReader {
  private static final int BLOCK = 128;

  private final Planned tensor;
  private final int width;
  private final float[] factors;

  NumberReader(Planned tensor) {
    this.tensor = tensor;
    this.width = tensor.width();
    this.factors = tensor.blockScales().map(NumberReader::all).orElse(new float[0]);
    if (factors.length > 0) {
      int[] shape = tensor.source().shape();
      long matrices = tensor.size() / width / rowsOfMatrix();
      long expected = matrices * blocks(rowsOfMatrix()) * blocks(width);
      if (factors.length != expected) {
        throw new QuantizeException(
            "%s has shape %s and %d block factors where 128 x 128 blocks need %d; download it again."
                .formatted(tensor.name(), Arrays.toString(shape), factors.length, expected));
      }
    }
  }

  private static float[] all(RawTensor tensor) {
    FloatType type =
        FloatType.of(tensor.type())
            .orElseThrow(
                () ->
                    new QuantizeException(
                        "%s stores %s as %s where numbers are needed; download it again."
                            .formatted(tensor.file(), tensor.name(), tensor.type())));
    ByteBuffer bytes = buffer(Math.toIntExact(tensor.bytes()));
    tensor.read(0, bytes);
    float[] numbers = new float[bytes.capacity() / type.bytes()];
    type.read(bytes.flip(), numbers, numbers.length);
    return numbers;
  }

  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int blocks(int n) {
    return (n + BLOCK - 1) / BLOCK;
  }

  private int rowsOfMatrix() {
    int[] shape = tensor.source().shape();
    return shape.length < 2 ? 1 : shape[shape.length - 2];
  }

  /**
   * Reads rows.
   *
   * @param bytes room for their bytes
   * @param to room for their numbers
   * @throws QuantizeException where one is NaN or infinite
   */
  void read(long firstRow, int rows, ByteBuffer bytes, float[] to) {
    int n = rows * width;
    readBytes(firstRow, rows, bytes);
    tensor.type().read(bytes, to, n);
    if (factors.length > 0) {
      scale(firstRow, rows, to);
    }
    for (int i = 0; i < n; i++) {
      if (!Float.isFinite(to[i])) {
        throw new QuantizeException(
            "%s in %s holds %s at row %d, column %d; use a sound copy of the checkpoint."
                .formatted(
                    tensor.name(),
                    tensor.source().file(),
                    Float.isNaN(to[i]) ? "NaN" : "an infinity",
                    firstRow + i / width,
                    i % width));
      }
    }
  }

  /** Reads rows as they are stored. */
  void readBytes(long firstRow, int rows, ByteBuffer bytes) {
    long rowBytes = (long) width * tensor.type().bytes();
    bytes.clear().limit(Math.toIntExact(rows * rowBytes));
    tensor.source().read(firstRow * rowBytes, bytes);
    bytes.flip();
  }

  private void scale(long firstRow, int rows, float[] to) {
    int perRow = blocks(width);
    int perMatrix = blocks(rowsOfMatrix()) * perRow;
    for (int r = 0; r < rows; r++) {
      long row = firstRow + r;
      int matrix = (int) (row / rowsOfMatrix());
      int first = matrix * perMatrix + (int) (row % rowsOfMatrix()) / BLOCK * perRow;
      for (int c = 0; c < width; c++) {
        to[r * width + c] *= factors[first + c / BLOCK];
      }
    }
  }
}
