package dev.mlxmtp.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The open safetensors files of a folder and every tensor in them, by its name in the file. */
final class Shards implements AutoCloseable {
  /** The index of a sharded checkpoint. */
  static final String INDEX = "model.safetensors.index.json";

  private static final String SINGLE = "model.safetensors";
  private static final String SIDE_FILE = "mtp.safetensors";
  private static final String SUFFIX = ".safetensors";
  private static final Pattern NUMBERED =
      Pattern.compile("model-(\\d+)-of-(\\d{1,6})\\.safetensors");
  private static final int NAMED = 3;

  private final List<SafetensorsFile> files = new ArrayList<>();
  private final SortedMap<String, TensorSource> tensors = new TreeMap<>();

  private Shards() {}

  static Shards open(Path folder) {
    Shards shards = new Shards();
    try {
      shards.load(folder);
      return shards;
    } catch (RuntimeException e) {
      shards.close();
      throw e;
    }
  }

  /** All tensors by their name in the files. */
  SortedMap<String, TensorSource> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }

  private void load(Path folder) {
    SortedSet<String> present = list(folder);
    SortedSet<String> main;
    Path index = folder.resolve(INDEX);
    if (Files.exists(index)) {
      Map<String, String> listed = weightMap(index);
      main = new TreeSet<>(listed.values());
      requirePresent(folder, main, present);
      main.forEach(name -> add(SafetensorsFile.open(folder.resolve(name)), false));
      requireListed(index, listed);
    } else {
      main = mainFiles(present);
      if (main.isEmpty()) {
        throw new CheckpointException(
            folder + " holds no model*.safetensors; download the model's weights.");
      }
      requirePresent(folder, numbered(main), present);
      main.forEach(name -> add(SafetensorsFile.open(folder.resolve(name)), false));
    }
    for (String name : present) {
      // A head may lie beside the model; other files in the folder are not the model's.
      if (!main.contains(name)) {
        add(SafetensorsFile.open(folder.resolve(name)), !name.equals(SIDE_FILE));
      }
    }
  }

  private void add(SafetensorsFile file, boolean headOnly) {
    files.add(file);
    for (StoredTensor tensor : file.tensors().values()) {
      if (headOnly && !Names.canonical(tensor.name()).startsWith(Names.MTP)) {
        continue;
      }
      TensorSource before = tensors.put(tensor.name(), TensorSource.of(file, tensor));
      if (before != null) {
        throw new CheckpointException(
            "%s is both in %s and in %s; remove the file that does not belong to the model."
                .formatted(tensor.name(), before.file(), file.path()));
      }
    }
  }

  private static SortedSet<String> list(Path folder) {
    SortedSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path entry : entries) {
        // Links of an unfinished download point nowhere; editors and archivers leave hidden files.
        if (Files.isRegularFile(entry) && !entry.getFileName().toString().startsWith(".")) {
          names.add(entry.getFileName().toString());
        }
      }
      return names;
    } catch (IOException e) {
      throw new CheckpointException(folder + " cannot be listed (" + e + ").", e);
    }
  }

  private static SortedSet<String> mainFiles(SortedSet<String> present) {
    SortedSet<String> main = new TreeSet<>();
    if (present.contains(SINGLE)) {
      main.add(SINGLE);
    } else {
      present.stream().filter(name -> name.startsWith("model")).forEach(main::add);
    }
    return main;
  }

  /** Every file of the series that the numbered ones among the names belong to. */
  private static SortedSet<String> numbered(SortedSet<String> names) {
    SortedSet<String> series = new TreeSet<>();
    for (String name : names) {
      Matcher matcher = NUMBERED.matcher(name);
      if (matcher.matches()) {
        String count = matcher.group(2);
        for (int i = 1; i <= Integer.parseInt(count); i++) {
          series.add(
              ("model-%0" + matcher.group(1).length() + "d-of-%s%s").formatted(i, count, SUFFIX));
        }
      }
    }
    return series;
  }

  /** The names of shards that an index lists and the folder lacks. */
  static List<String> missing(Path folder) {
    Path index = folder.resolve(INDEX);
    if (!Files.exists(index)) {
      return List.of();
    }
    return new TreeSet<>(weightMap(index).values())
        .stream().filter(name -> !Files.isRegularFile(folder.resolve(name))).toList();
  }

  /** True where the folder itself holds weight files. */
  static boolean hasWeights(Path folder) {
    return !mainFiles(list(folder)).isEmpty();
  }

  private static Map<String, String> weightMap(Path index) {
    JsonNode map = Json.readObject(index).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new CheckpointException(index + " holds no weight_map; download it again.");
    }
    Map<String, String> listed = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String file = entry.getValue().asText();
      if (file.isEmpty() || file.contains("/") || file.contains("\\")) {
        throw new CheckpointException(
            index + " places " + entry.getKey() + " in '" + file + "', which is no file name.");
      }
      listed.put(entry.getKey(), file);
    }
    return listed;
  }

  private static void requirePresent(
      Path folder, SortedSet<String> wanted, SortedSet<String> present) {
    List<String> missing = wanted.stream().filter(name -> !present.contains(name)).toList();
    if (!missing.isEmpty()) {
      throw new CheckpointException(
          "%s lacks %d of its %d weight files: %s; download the model again, it resumes."
              .formatted(folder, missing.size(), wanted.size(), Text.list(missing, NAMED)));
    }
  }

  private void requireListed(Path index, Map<String, String> listed) {
    List<String> missing =
        listed.keySet().stream().filter(name -> !tensors.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw new CheckpointException(
          ("%s lists %d tensors that no shard holds: %s; index and shards are of different models, "
                  + "download them again.")
              .formatted(index, missing.size(), Text.list(missing, NAMED)));
    }
  }
}
