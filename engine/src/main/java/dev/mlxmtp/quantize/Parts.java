package dev.mlxmtp.quantize;

import dev.mlxmtp.checkpoint.QuantFormat;
import dev.mlxmtp.mlx.QuantMode;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensors that one planned tensor is written as: itself, or {@code .weight}, {@code .scales}
 * and, in affine mode, {@code .biases}.
 */
record Parts(List<Part> parts) {

  /**
   * @param type the safetensors dtype name
   * @param rowBytes bytes for each row of the planned tensor
   */
  record Part(String name, String type, int[] shape, long rowBytes, long bytes) {}

  static Parts of(Planned tensor) {
    return tensor
        .format()
        .map(format -> packed(tensor, format))
        .orElseGet(
            () -> {
              FloatType kept = tensor.keptType();
              long rowBytes = (long) tensor.width() * kept.bytes();
              return new Parts(
                  List.of(
                      new Part(
                          tensor.name(),
                          kept.name(),
                          tensor.source().shape(),
                          rowBytes,
                          tensor.size() * kept.bytes())));
            });
  }

  private static Parts packed(Planned tensor, QuantFormat format) {
    int width = tensor.width();
    long rows = tensor.size() / width;
    List<Part> parts = new ArrayList<>();
    parts.add(part(tensor, ".weight", "U32", width * format.bits() / 32, 4, rows));
    boolean affine = format.mode() == QuantMode.AFFINE;
    String scaleType = affine ? tensor.keptType().name() : "U8";
    int scaleBytes = affine ? tensor.keptType().bytes() : 1;
    parts.add(part(tensor, ".scales", scaleType, width / format.group(), scaleBytes, rows));
    if (affine) {
      parts.add(part(tensor, ".biases", scaleType, width / format.group(), scaleBytes, rows));
    }
    return new Parts(List.copyOf(parts));
  }

  private static Part part(
      Planned tensor, String suffix, String type, int width, int bytes, long rows) {
    int[] shape = tensor.source().shape();
    shape[shape.length - 1] = width;
    long rowBytes = (long) width * bytes;
    return new Part(tensor.module() + suffix, type, shape, rowBytes, rows * rowBytes);
  }

  long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }
}
