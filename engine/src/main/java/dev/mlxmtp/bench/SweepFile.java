package dev.mlxmtp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.session.ModelInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A sweep's data, a line an answer, written as each is done, so that an interrupted sweep can go
 * on. More prompts, settings or seeds may be asked for then; what must be the same stands in the
 * first line. One thread.
 */
public final class SweepFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final List<SweepRecord> records;
  private final boolean damaged;

  private SweepFile(Path path, FileChannel channel, List<SweepRecord> records, boolean damaged) {
    this.path = path;
    this.channel = channel;
    this.records = List.copyOf(records);
    this.damaged = damaged;
  }

  /** What was read, and where it ends. */
  private record Content(List<SweepRecord> records, int sound, boolean damaged) {}

  /**
   * Opens a sweep's file, which is made where it does not exist.
   *
   * @throws BenchException where it holds something else, or can't be written
   */
  public static SweepFile open(Path path, Machine machine, ModelInfo model, SweepPlan plan) {
    return open(path, SweepJson.header(machine, model, plan), plan);
  }

  static SweepFile open(Path path, ObjectNode header, SweepPlan plan) {
    try {
      byte[] bytes = Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
      Content content =
          holdsNothing(bytes, header)
              ? new Content(List.of(), 0, false)
              : read(path, bytes, header, plan);
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.truncate(content.sound);
      channel.position(content.sound);
      SweepFile file = new SweepFile(path, channel, content.records, content.damaged);
      if (content.sound == 0) {
        file.write(header);
      }
      return file;
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  // No answer: nothing, the beginning of what is written first, or all of what a sweep wrote first.
  private static boolean holdsNothing(byte[] bytes, ObjectNode header) {
    String text = text(bytes);
    return header.toString().startsWith(text)
        || text.indexOf('\n') == text.length() - 1
            && SweepJson.object(text).filter(o -> o.path(SweepJson.COMMON).isObject()).isPresent();
  }

  private static BenchException unwritable(Path path, IOException e) {
    return new BenchException(
        "The sweep's data can't be kept in "
            + path
            + ": "
            + e.getClass().getSimpleName()
            + "; give a file in a folder that exists and can be written to.",
        e);
  }

  private static Content read(Path path, byte[] bytes, ObjectNode header, SweepPlan plan) {
    List<byte[]> lines = lines(bytes);
    requireSame(path, lines.getFirst(), header);
    int sound = lines.getFirst().length + 1;
    if (sound > bytes.length) {
      throw alien(path);
    }
    List<SweepRecord> records = new ArrayList<>();
    boolean damaged = false;
    for (int i = 1; i < lines.size(); i++) {
      byte[] line = lines.get(i);
      Optional<SweepRecord> record = SweepJson.object(text(line)).flatMap(SweepJson::read);
      boolean last = i == lines.size() - 1;
      boolean whole = sound + line.length < bytes.length;
      if (record.isPresent() && whole) {
        records.add(record.get());
        sound += line.length + 1;
      } else if (last) {
        damaged = true;
      } else {
        throw new BenchException(
            "Line "
                + (i + 1)
                + " of "
                + path
                + " is no answer of a sweep; remove the line, or give another file.");
      }
    }
    requireShared(path, records, plan);
    return new Content(records, sound, damaged);
  }

  // Without what follows the last line's end where nothing does.
  private static List<byte[]> lines(byte[] bytes) {
    List<byte[]> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        lines.add(Arrays.copyOfRange(bytes, from, i));
        from = i + 1;
      }
    }
    if (from < bytes.length) {
      lines.add(Arrays.copyOfRange(bytes, from, bytes.length));
    }
    return lines;
  }

  private static String text(byte[] line) {
    return new String(line, StandardCharsets.UTF_8);
  }

  private static BenchException alien(Path path) {
    return new BenchException("The file " + path + " is no data of a sweep; give another file.");
  }

  private static void requireSame(Path path, byte[] line, ObjectNode header) {
    JsonNode found =
        SweepJson.object(text(line))
            .map(object -> object.path(SweepJson.COMMON))
            .filter(JsonNode::isObject)
            .orElseThrow(() -> alien(path));
    for (Map.Entry<String, JsonNode> each : header.path(SweepJson.COMMON).properties()) {
      JsonNode other = found.path(each.getKey());
      // As texts, since a number that was read may be of another class.
      if (!other.toString().equals(each.getValue().toString())) {
        throw new BenchException(
            "The file "
                + path
                + " holds another sweep: its "
                + each.getKey().replace('_', ' ')
                + (each.getKey().equals("model")
                    ? " is another one"
                    : " is " + text(other) + ", not " + text(each.getValue()))
                + "; give another file.");
      }
    }
  }

  private static String text(JsonNode node) {
    return node.asText(node.toString());
  }

  private static void requireShared(Path path, List<SweepRecord> records, SweepPlan plan) {
    Set<SweepCell> planned = new HashSet<>(plan.cells());
    if (!records.isEmpty() && records.stream().noneMatch(r -> planned.contains(r.cell()))) {
      throw new BenchException(
          "The file "
              + path
              + " holds another sweep, none of whose prompts and settings are asked for; give"
              + " another file.");
    }
  }

  /** The answers that were there when it was opened; some may be none of this sweep's. */
  public List<SweepRecord> records() {
    return records;
  }

  /** True where the last line was only half written, and was taken away. */
  public boolean wasDamaged() {
    return damaged;
  }

  /**
   * Adds an answer.
   *
   * @throws BenchException where it can't be written
   */
  public void add(SweepRecord record) {
    try {
      write(SweepJson.write(record));
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  private void write(ObjectNode line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }
}
