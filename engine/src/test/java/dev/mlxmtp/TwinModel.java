package dev.mlxmtp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.checkpoint.SafetensorsFile;
import dev.mlxmtp.checkpoint.SafetensorsWriter;
import dev.mlxmtp.mlx.Array;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Copies of a model folder in which something differs. */
public final class TwinModel {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String INDEX = "model.safetensors.index.json";

  private TwinModel() {}

  /**
   * A folder with other tensors: all those of {@code source}, as {@code change} returns them, in
   * one file, beside its other files.
   *
   * @param change from the tensors by stored name
   */
  public static Path withTensors(
      Path source, Path target, UnaryOperator<SortedMap<String, Array>> change) {
    return TestModels.onEngine(
        () -> {
          copy(source, target, name -> !isWeights(name));
          SafetensorsWriter writer = new SafetensorsWriter();
          change.apply(tensors(source)).forEach(writer::add);
          writer.write(target.resolve("model.safetensors"));
          return target;
        });
  }

  /**
   * A folder with the same weights and another {@code config.json} and {@code
   * generation_config.json}.
   */
  public static Path withConfig(
      Path source, Path target, Consumer<ObjectNode> config, Consumer<ObjectNode> generation) {
    try {
      copy(source, target, name -> true);
      edit(target.resolve("config.json"), config);
      edit(target.resolve("generation_config.json"), generation);
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same model with a context of so many tokens. */
  public static Path withContext(Path source, Path target, int tokens) {
    return withConfig(
        source,
        target,
        config -> ((ObjectNode) config.get("text_config")).put("max_position_embeddings", tokens),
        generation -> {});
  }

  /** All tensors of the folder's weights. Engine thread only. */
  public static SortedMap<String, Array> tensors(Path folder) throws IOException {
    SortedMap<String, Array> tensors = new TreeMap<>();
    for (Path path : files(folder)) {
      String name = path.getFileName().toString();
      if (isWeights(name) && name.endsWith(".safetensors")) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
          file.tensors().keySet().forEach(t -> tensors.put(t, file.read(t)));
        }
      }
    }
    return tensors;
  }

  private static boolean isWeights(String name) {
    return name.startsWith("model") && name.endsWith(".safetensors") || name.equals(INDEX);
  }

  private static void edit(Path file, Consumer<ObjectNode> change) throws IOException {
    JsonNode node = JSON.readTree(file.toFile());
    change.accept((ObjectNode) node);
    Files.delete(file);
    JSON.writeValue(file.toFile(), node);
  }

  private static void copy(Path source, Path target, java.util.function.Predicate<String> which)
      throws IOException {
    Files.createDirectories(target);
    for (Path path : files(source)) {
      String name = path.getFileName().toString();
      if (Files.isRegularFile(path) && which.test(name)) {
        Files.copy(path, target.resolve(name));
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** {@code tensors} with each name changed. */
  public static SortedMap<String, Array> renamed(
      Map<String, Array> tensors, UnaryOperator<String> name) {
    SortedMap<String, Array> renamed = new TreeMap<>();
    tensors.forEach((old, tensor) -> renamed.put(name.apply(old), tensor));
    return renamed;
  }
}
