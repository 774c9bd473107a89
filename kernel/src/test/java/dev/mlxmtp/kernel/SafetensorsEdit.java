package dev.mlxmtp.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** A small safetensors file in memory, to be changed. */
final class SafetensorsEdit {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OFFSETS = "data_offsets";

  private final ObjectNode header;
  private final Map<String, byte[]> data;

  private SafetensorsEdit(ObjectNode header, Map<String, byte[]> data) {
    this.header = header;
    this.data = data;
  }

  static SafetensorsEdit read(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int start = Long.BYTES + length;
    ObjectNode header =
        (ObjectNode) JSON.readTree(new String(all, Long.BYTES, length, StandardCharsets.UTF_8));
    Map<String, byte[]> data = new LinkedHashMap<>();
    header
        .properties()
        .forEach(
            entry -> {
              JsonNode offsets = entry.getValue().path(OFFSETS);
              if (offsets.isArray()) {
                data.put(
                    entry.getKey(),
                    Arrays.copyOfRange(
                        all, start + offsets.get(0).asInt(), start + offsets.get(1).asInt()));
              }
            });
    return new SafetensorsEdit(header, data);
  }

  void remove(Predicate<String> tensors) {
    data.keySet().stream().filter(tensors).toList().forEach(this::remove);
  }

  private void remove(String name) {
    data.remove(name);
    header.remove(name);
  }

  /** Gives a tensor another shape of as many elements. */
  void reshape(String name, int... shape) {
    ArrayNode sizes = ((ObjectNode) header.get(name)).putArray("shape");
    for (int size : shape) {
      sizes.add(size);
    }
  }

  /** The elements as the file holds them; writing to the array changes them. */
  byte[] bytes(String name) {
    return data.get(name);
  }

  void write(Path file) throws IOException {
    int at = 0;
    for (var entry : data.entrySet()) {
      ((ObjectNode) header.get(entry.getKey()))
          .putArray(OFFSETS)
          .add(at)
          .add(at + entry.getValue().length);
      at += entry.getValue().length;
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(Long.BYTES + text.length + at);
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .array());
    out.write(text);
    for (byte[] bytes : data.values()) {
      out.write(bytes);
    }
    Files.write(file, out.toByteArray());
  }
}
