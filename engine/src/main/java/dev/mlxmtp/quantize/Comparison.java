package dev.mlxmtp.quantize;

import dev.mlxmtp.checkpoint.QuantFormat;
import dev.mlxmtp.checkpoint.RawTensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One tensor beside its source, slab by slab. */
final class Comparison {
  private final Planned tensor;
  private double dot;
  private double ofSource;
  private double ofPacked;
  private double ofDifference;

  private Comparison(Planned tensor) {
    this.tensor = tensor;
  }

  /** The error of a packed tensor; empty for a kept one, which is equal. */
  static Optional<Verification.TensorError> of(Planned tensor, Map<String, RawTensor> written) {
    Comparison comparison = new Comparison(tensor);
    int width = Math.max(1, tensor.width());
    long rows = tensor.size() / width;
    int step = Math.max(1, SlabEncoder.NUMBERS / width);
    NumberReader reader = new NumberReader(tensor);
    ByteBuffer bytes = NumberReader.buffer((int) Math.min(rows, step) * width * 4);
    float[] numbers = new float[(int) Math.min(rows, step) * width];
    for (long row = 0; row < rows; row += step) {
      int n = (int) Math.min(step, rows - row);
      reader.read(row, n, bytes, numbers);
      comparison.add(row, n, numbers, written);
    }
    return tensor.format().map(comparison::error);
  }

  private void add(long row, int rows, float[] numbers, Map<String, RawTensor> written) {
    List<Parts.Part> parts = Parts.of(tensor).parts();
    int n = rows * tensor.width();
    if (tensor.format().isEmpty()) {
      ByteBuffer values = read(written, parts.getFirst(), row, rows);
      float[] kept = new float[n];
      tensor.keptType().read(values, kept, n);
      for (int i = 0; i < n; i++) {
        // As bits, since -0 equals 0.
        if (Float.floatToRawIntBits(kept[i])
            != Float.floatToRawIntBits(tensor.keptType().round(numbers[i]))) {
          throw new QuantizeException(
              "%s was to be kept and differs from the source; quantize again."
                  .formatted(tensor.name()));
        }
      }
      return;
    }
    PackedDecoder decoder =
        PackedDecoder.of(
            tensor.format().orElseThrow(),
            tensor.keptType(),
            parts.stream().map(p -> read(written, p, row, rows)).toList());
    for (int i = 0; i < n; i++) {
      add(numbers[i], decoder.at(i));
    }
  }

  private static ByteBuffer read(
      Map<String, RawTensor> written, Parts.Part part, long row, int rows) {
    ByteBuffer bytes = NumberReader.buffer(Math.toIntExact(rows * part.rowBytes()));
    written.get(part.name()).read(row * part.rowBytes(), bytes);
    return bytes.flip();
  }

  private void add(double x, double y) {
    dot += x * y;
    ofSource += x * x;
    ofPacked += y * y;
    ofDifference += (x - y) * (x - y);
  }

  private Verification.TensorError error(QuantFormat format) {
    boolean zero = ofSource == 0;
    return new Verification.TensorError(
        tensor.name(),
        format,
        zero ? 1 : dot / Math.sqrt(ofSource * Math.max(ofPacked, Double.MIN_NORMAL)),
        zero ? 0 : Math.sqrt(ofDifference / ofSource));
  }
}
