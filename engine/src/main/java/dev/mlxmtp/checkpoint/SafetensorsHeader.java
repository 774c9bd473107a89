package dev.mlxmtp.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mlxmtp.mlx.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The validated header of a safetensors file: 8 bytes of length, then JSON, then the elements. */
record SafetensorsHeader(Map<String, String> metadata, SortedMap<String, StoredTensor> tensors) {
  private static final int LENGTH_BYTES = Long.BYTES;
  // The format's own limit.
  private static final long MAX_LENGTH = 100_000_000;
  private static final int MAX_DIMENSIONS = 8;
  private static final String LFS_POINTER = "version ";

  /** What is wrong with a file, as the first half of a sentence; who opens it knows what to do. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private Malformed(String message) {
      super(message);
    }
  }

  static SafetensorsHeader read(Path file, FileChannel channel) throws IOException, Malformed {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw bad(file, "is truncated: it has " + size + " bytes, less than a header's length");
    }
    ByteBuffer start = read(channel, 0, LENGTH_BYTES);
    if (StandardCharsets.US_ASCII.decode(start.duplicate()).toString().equals(LFS_POINTER)) {
      throw new CheckpointException(
          file + " is a Git LFS pointer and holds no tensors; run `git lfs pull` in its folder.");
    }
    long length = start.getLong(0);
    if (length < 0 || length > MAX_LENGTH) {
      throw bad(
          file,
          "is not a safetensors file: its first 8 bytes ask for a header of "
              + Long.toUnsignedString(length)
              + " bytes");
    }
    if (length > size - LENGTH_BYTES) {
      throw bad(
          file, "is truncated: its header has " + length + " bytes, the whole file only " + size);
    }
    ByteBuffer text = read(channel, LENGTH_BYTES, (int) length);
    return parse(file, text.array(), LENGTH_BYTES + length, size);
  }

  private static ByteBuffer read(FileChannel channel, long at, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("the file shrank while it was read");
      }
    }
    return buffer.flip();
  }

  private static SafetensorsHeader parse(Path file, byte[] text, long dataStart, long size)
      throws Malformed {
    JsonNode root;
    try {
      root = Json.parseObject(text);
    } catch (JsonProcessingException e) {
      throw bad(file, "has a header that is not valid JSON (" + Json.reason(e) + ")");
    }
    Map<String, String> metadata = new TreeMap<>();
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (entry.getKey().equals("__metadata__")) {
        entry.getValue().properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
      } else {
        tensors.put(entry.getKey(), tensor(file, entry.getKey(), entry.getValue(), dataStart));
      }
    }
    checkCoverage(file, tensors, dataStart, size);
    return new SafetensorsHeader(
        Collections.unmodifiableMap(metadata), Collections.unmodifiableSortedMap(tensors));
  }

  private static StoredTensor tensor(Path file, String name, JsonNode node, long dataStart)
      throws Malformed {
    JsonNode offsets = node.path("data_offsets");
    JsonNode sizes = node.path("shape");
    if (!node.path("dtype").isTextual()
        || !sizes.isArray()
        || offsets.size() != 2
        || !isPosition(offsets.path(0))
        || !isPosition(offsets.path(1))) {
      throw bad(file, "describes " + name + " without a proper dtype, shape and data_offsets");
    }
    String type = node.path("dtype").asText();
    DType dtype =
        DType.ofSafetensors(type)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        ("%s stores %s as %s, which MLX cannot read; use a copy in BF16, or one "
                                + "quantized for MLX.")
                            .formatted(file, name, type)));
    int[] shape = new int[sizes.size()];
    if (shape.length > MAX_DIMENSIONS) {
      throw bad(file, "gives " + name + " " + shape.length + " dimensions; 8 are supported");
    }
    long expected = dtype.bytes();
    for (int i = 0; i < shape.length; i++) {
      JsonNode dim = sizes.get(i);
      if (!dim.isIntegralNumber() || !dim.canConvertToInt() || dim.intValue() < 0) {
        throw bad(file, "gives " + name + " the impossible shape " + sizes);
      }
      shape[i] = dim.intValue();
      expected = product(file, name, expected, shape[i]);
    }
    long begin = offsets.path(0).longValue();
    long end = offsets.path(1).longValue();
    if (begin < 0 || end < begin || end > Long.MAX_VALUE - dataStart) {
      throw bad(file, "places " + name + " at the impossible offsets " + offsets);
    }
    if (end - begin != expected) {
      throw bad(
          file,
          "gives %s %d bytes where %s of shape %s needs %d"
              .formatted(name, end - begin, type, sizes, expected));
    }
    return new StoredTensor(name, type, dtype, shape, dataStart + begin, end - begin);
  }

  private static boolean isPosition(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToLong();
  }

  private static long product(Path file, String name, long a, int b) throws Malformed {
    try {
      return Math.multiplyExact(a, (long) b);
    } catch (ArithmeticException e) {
      throw bad(file, "gives " + name + " a shape of more than 2^63 bytes");
    }
  }

  private static void checkCoverage(
      Path file, SortedMap<String, StoredTensor> tensors, long dataStart, long size)
      throws Malformed {
    List<StoredTensor> inOrder = new ArrayList<>(tensors.values());
    inOrder.sort(
        Comparator.comparingLong(StoredTensor::offset).thenComparingLong(StoredTensor::bytes));
    for (StoredTensor tensor : inOrder) {
      // Compared without a sum, which a hostile offset could overflow.
      if (tensor.bytes() > size - tensor.offset()) {
        throw bad(file, "is truncated: %s ends beyond its %d bytes".formatted(tensor.name(), size));
      }
    }
    long at = dataStart;
    for (StoredTensor tensor : inOrder) {
      if (tensor.offset() != at) {
        throw bad(
            file,
            (tensor.offset() < at ? "has overlapping tensors at " : "has a gap before ")
                + tensor.name());
      }
      at += tensor.bytes();
    }
    if (at != size) {
      throw bad(file, "has " + (size - at) + " bytes after its last tensor");
    }
  }

  private static Malformed bad(Path file, String what) {
    return new Malformed(file + " " + what);
  }
}
