package dev.mlxmtp.session;

import dev.mlxmtp.checkpoint.SafetensorsOutput;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes arrays into one safetensors file: beside its place under a hidden name, and moved there
 * when it is whole, so that a program that was stopped leaves no file that looks finished.
 */
final class ArrayFile {
  // Bounds what is copied out of MLX at a time.
  private static final int WINDOW_BYTES = 16 << 20;

  private ArrayFile() {}

  /**
   * Engine thread only.
   *
   * @throws SessionException where the file cannot be written; what was there stays
   */
  static void write(Path file, Map<String, String> metadata, Map<String, Array> arrays) {
    Path place = file.toAbsolutePath().normalize();
    if (Files.isDirectory(place)) {
      throw new SessionException(file + " is a folder; give the name of a file to write.");
    }
    if (!Files.isDirectory(place.getParent())) {
      throw new SessionException(
          "There is no folder "
              + place.getParent()
              + " to write "
              + place.getFileName()
              + " in; make it, or give another file.");
    }
    Path partial = place.resolveSibling("." + place.getFileName() + ".partial");
    try {
      Files.deleteIfExists(partial);
      try {
        writeAll(partial, metadata, arrays);
        Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      throw new SessionException(
          "%s cannot be written (%s); make room or give another file.".formatted(file, e), e);
    }
  }

  private static void writeAll(Path file, Map<String, String> metadata, Map<String, Array> arrays)
      throws IOException {
    // The widest first, as the format's own writer has it: every tensor is then aligned.
    List<SafetensorsOutput.Entry> entries =
        arrays.entrySet().stream()
            .sorted(Comparator.comparingInt(e -> -e.getValue().dtype().bytes()))
            .map(e -> entry(e.getKey(), e.getValue()))
            .toList();
    try (SafetensorsOutput output = SafetensorsOutput.create(file, metadata, entries)) {
      for (Map.Entry<String, Array> array : arrays.entrySet()) {
        write(output, array.getKey(), array.getValue());
      }
      output.force();
    }
  }

  private static SafetensorsOutput.Entry entry(String name, Array array) {
    return new SafetensorsOutput.Entry(
        name, array.dtype().safetensorsName(), array.shape(), array.bytes());
  }

  private static void write(SafetensorsOutput output, String name, Array array) throws IOException {
    int size = Math.toIntExact(array.size());
    int width = array.dtype().bytes();
    try (var _ = Scope.open()) {
      Array flat = Ops.reshape(array, size);
      int step = WINDOW_BYTES / width;
      for (int from = 0; from < size; from += Math.min(step, size - from)) {
        try (var _ = Scope.open()) {
          Array window = Ops.slice(flat, 0, from, from + Math.min(step, size - from));
          output.write(name, (long) from * width, ByteBuffer.wrap(window.toBytes()));
        }
      }
    }
  }
}
