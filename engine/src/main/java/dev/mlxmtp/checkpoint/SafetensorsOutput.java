package dev.mlxmtp.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file that is being written: laid out in full before the first number, so that
 * tensors may come in any order and from any thread.
 */
public final class SafetensorsOutput implements AutoCloseable {
  private static final int ALIGNMENT = 8;

  /**
   * A tensor to come.
   *
   * @param type the header's dtype name
   */
  public record Entry(String name, String type, int[] shape, long bytes) {
    public Entry {
      shape = shape.clone();
    }

    /** A copy of the shape. */
    @Override
    public int[] shape() {
      return shape.clone();
    }
  }

  private final FileChannel channel;
  private final Map<String, Long> places = new HashMap<>();

  private SafetensorsOutput(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Creates the file, which must not be there yet, and writes its header. Any thread.
   *
   * @param entries in the order in which the file holds them
   */
  public static SafetensorsOutput create(
      Path file, Map<String, String> metadata, List<Entry> entries) throws IOException {
    SafetensorsOutput output =
        new SafetensorsOutput(
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    try {
      output.writeHeader(metadata, entries);
      return output;
    } catch (IOException e) {
      output.close();
      throw e;
    }
  }

  private void writeHeader(Map<String, String> metadata, List<Entry> entries) throws IOException {
    ObjectNode header = JsonNodeFactory.instance.objectNode();
    ObjectNode facts = header.putObject("__metadata__");
    metadata.forEach(facts::put);
    long offset = 0;
    for (Entry entry : entries) {
      ObjectNode node = header.putObject(entry.name()).put("dtype", entry.type());
      var shape = node.putArray("shape");
      for (int dim : entry.shape()) {
        shape.add(dim);
      }
      node.putArray("data_offsets").add(offset).add(offset + entry.bytes());
      offset += entry.bytes();
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer start =
        ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
    start.put(json);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    write(start.flip(), 0);
    long at = start.limit();
    for (Entry entry : entries) {
      places.put(entry.name(), at);
      at += entry.bytes();
    }
  }

  /**
   * Writes a run of a tensor's bytes. Any thread.
   *
   * @param at where in the tensor it begins
   */
  public void write(String tensor, long at, ByteBuffer bytes) throws IOException {
    write(bytes, places.get(tensor) + at);
  }

  private void write(ByteBuffer bytes, long at) throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  /** Makes sure that all is on the disk. */
  public void force() throws IOException {
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
