package dev.mlxmtp.kernel;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A copy of the demo model of which a test may spoil what it likes. */
final class ModelCopy {
  static final String FIRST_SHARD = "model-00001-of-00002.safetensors";
  static final String SECOND_SHARD = "model-00002-of-00002.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  private ModelCopy(Path folder) {
    this.folder = folder;
  }

  static ModelCopy in(Path folder) {
    try {
      for (String name :
          List.of(
              "config.json",
              "generation_config.json",
              "tokenizer.json",
              "tokenizer_config.json",
              "chat_template.jinja",
              INDEX,
              FIRST_SHARD,
              SECOND_SHARD)) {
        Files.copy(TestPaths.demoModel().resolve(name), folder.resolve(name));
      }
      return new ModelCopy(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The shard that holds a tensor. */
  static String shardOf(String tensor) {
    try {
      return new ObjectMapper()
          .readTree(TestPaths.demoModel().resolve("model.safetensors.index.json").toFile())
          .get("weight_map")
          .get(tensor)
          .asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String path() {
    return folder.toString();
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  ModelCopy delete(String name) {
    return doing(() -> Files.delete(file(name)));
  }

  ModelCopy edit(String name, UnaryOperator<String> change) {
    return doing(() -> Files.writeString(file(name), change.apply(Files.readString(file(name)))));
  }

  ModelCopy truncate(String name, long bytes) {
    return doing(
        () -> {
          try (var channel = Files.newByteChannel(file(name), StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file(name)) - bytes);
          }
        });
  }

  /** Rewrites a shard. */
  ModelCopy shard(String name, Consumer<SafetensorsEdit> change) {
    return doing(
        () -> {
          SafetensorsEdit edit = SafetensorsEdit.read(file(name));
          change.accept(edit);
          edit.write(file(name));
        });
  }

  /** Takes tensors out of both shards and the index. */
  ModelCopy without(Predicate<String> tensors) {
    shard(FIRST_SHARD, edit -> edit.remove(tensors));
    shard(SECOND_SHARD, edit -> edit.remove(tensors));
    return edit(
        INDEX,
        text -> {
          try {
            ObjectNode index = (ObjectNode) JSON.readTree(text);
            ObjectNode map = (ObjectNode) index.get("weight_map");
            List<String> names = new ArrayList<>();
            map.fieldNames().forEachRemaining(names::add);
            map.remove(names.stream().filter(tensors).toList());
            return index.toString();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private interface Work {
    void run() throws IOException;
  }

  private ModelCopy doing(Work work) {
    try {
      work.run();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
