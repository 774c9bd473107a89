package dev.mlxmtp.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.mlx.Array;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes small safetensors files, and large ones with holes instead of elements. */
public final class SafetensorsWriter {
  private record Entry(byte[] data, long bytes) {}

  private final ObjectNode header = JsonNodeFactory.instance.objectNode();
  private final List<Entry> entries = new ArrayList<>();
  private long end;

  public SafetensorsWriter metadata(Map<String, String> metadata) {
    ObjectNode node = header.putObject("__metadata__");
    metadata.forEach(node::put);
    return this;
  }

  /** Adds elements as the file holds them. */
  public SafetensorsWriter add(String name, String type, byte[] data, int... shape) {
    return add(name, type, new Entry(data, data.length), shape);
  }

  public SafetensorsWriter addF32(String name, float[] values, int... shape) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return add(name, "F32", data.array(), shape);
  }

  /** Adds the upper halves of the floats, which must be exact. */
  public SafetensorsWriter addBf16(String name, float[] values, int... shape) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      data.putShort((short) (Float.floatToIntBits(value) >>> Short.SIZE));
    }
    return add(name, "BF16", data.array(), shape);
  }

  /** Adds what the array holds. Engine thread only. */
  public SafetensorsWriter add(String name, Array array) {
    return add(name, array.dtype().safetensorsName(), array.toBytes(), array.shape());
  }

  /** Adds a tensor of zeros that takes no space on disk. */
  public SafetensorsWriter addHole(String name, String type, int elementBytes, int... shape) {
    long bytes = elementBytes;
    for (int size : shape) {
      bytes *= size;
    }
    return add(name, type, new Entry(new byte[0], bytes), shape);
  }

  private SafetensorsWriter add(String name, String type, Entry entry, int... shape) {
    ObjectNode node = header.putObject(name);
    node.put("dtype", type);
    var sizes = node.putArray("shape");
    for (int size : shape) {
      sizes.add(size);
    }
    node.putArray("data_offsets").add(end).add(end + entry.bytes);
    end += entry.bytes;
    entries.add(entry);
    return this;
  }

  public Path write(Path file) {
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    try (var out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(0);
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.write(length.putLong(text.length).array());
      out.write(text);
      long at = out.getFilePointer();
      out.setLength(at + end);
      for (Entry entry : entries) {
        out.seek(at);
        out.write(entry.data);
        at += entry.bytes;
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
