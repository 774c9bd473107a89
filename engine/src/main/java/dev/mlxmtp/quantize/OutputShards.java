package dev.mlxmtp.quantize;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.checkpoint.SafetensorsOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<SafetensorsOutput> files = new ArrayList<>();
  private final Map<String, SafetensorsOutput> places = new TreeMap<>();
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
    SafetensorsOutput file =
        SafetensorsOutput.create(
            folder.resolve(name),
            Map.of("format", "mlx"),
            parts.stream()
                .map(
                    part ->
                        new SafetensorsOutput.Entry(
                            part.name(), part.type(), part.shape(), part.bytes()))
                .toList());
    files.add(file);
    for (Parts.Part part : parts) {
      places.put(part.name(), file);
      fileOf.put(part.name(), name);
    }
  }

  /** Writes a run of a tensor's bytes. Any thread. */
  void write(String tensor, long at, ByteBuffer bytes) throws IOException {
    places.get(tensor).write(tensor, at, bytes);
  }

  /** Makes sure that all is on the disk, and writes the index. */
  void finish(Path folder) throws IOException {
    for (SafetensorsOutput file : files) {
      file.force();
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
    for (SafetensorsOutput file : files) {
      file.close();
    }
  }
}
