package dev.mlxmtp.quantize;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The safetensors files of an output folder: laid out in full before the first number is written,
 * so that rows may come in any order and from any thread, and the bytes are the same however many
 * there are.
 */
final class OutputShards implements AutoCloseable {
  private static final long SHARD_BYTES = 5_000_000_000L;
  private static final int ALIGNMENT = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where a tensor begins. */
  private record Place(FileChannel channel, long offset) {}

  private final List<FileChannel> channels = new ArrayList<>();
  private final Map<String, Place> places = new TreeMap<>();
  private final SortedMap<String, String> fileOf = new TreeMap<>();
  private long total;

  /** Creates the files and writes their headers. */
  OutputShards(Path folder, List<Parts.Part> parts) throws IOException {
    SortedMap<String, Parts.Part> sorted = new TreeMap<>();
    parts.forEach(part -> sorted.put(part.name(), part));
    List<List<Parts.Part>> shards = new ArrayList<>();
    long filled = 0;
    for (Parts.Part part : sorted.values()) {
      if (shards.isEmpty() || filled + part.bytes() > SHARD_BYTES) {
        shards.add(new ArrayList<>());
        filled = 0;
      }
      shards.getLast().add(part);
      filled += part.bytes();
      total += part.bytes();
    }
    try {
      for (int i = 0; i < shards.size(); i++) {
        open(
            folder,
            "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size()),
            shards.get(i));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void open(Path folder, String name, List<Parts.Part> parts) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channels.add(channel);
    ObjectNode header = JsonNodeFactory.instance.objectNode();
    header.putObject("__metadata__").put("format", "mlx");
    long offset = 0;
    for (Parts.Part part : parts) {
      ObjectNode entry = header.putObject(part.name()).put("dtype", part.type());
      var shape = entry.putArray("shape");
      for (int dim : part.shape()) {
        shape.add(dim);
      }
      entry.putArray("data_offsets").add(offset).add(offset + part.bytes());
      offset += part.bytes();
    }
    byte[] json = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer start =
        ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
    start.put(json);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    write(channel, start.flip(), 0);
    long at = start.limit();
    for (Parts.Part part : parts) {
      places.put(part.name(), new Place(channel, at));
      fileOf.put(part.name(), name);
      at += part.bytes();
    }
  }

  /** Writes a run of a tensor's bytes. Any thread. */
  void write(String tensor, long at, ByteBuffer bytes) throws IOException {
    Place place = places.get(tensor);
    write(place.channel(), bytes, place.offset() + at);
  }

  private static void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  /** Makes sure that all is on the disk, and writes the index. */
  void finish(Path folder) throws IOException {
    for (FileChannel channel : channels) {
      channel.force(true);
    }
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index.putObject("metadata").put("total_size", total);
    ObjectNode map = index.putObject("weight_map");
    fileOf.forEach(map::put);
    Files.write(
        folder.resolve("model.safetensors.index.json"),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(index));
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : channels) {
      channel.close();
    }
  }
}
