package dev.mlxmtp.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Turns what a user names a model by into its folder. Touches no network. */
public final class ModelLocator {
  private static final Pattern REPOSITORY = Pattern.compile("[\\w][\\w.-]*/[\\w][\\w.-]*");
  private static final List<String> HUB_VARIABLES =
      List.of("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE");

  private final Map<String, String> environment;

  private ModelLocator(Map<String, String> environment) {
    this.environment = environment;
  }

  /** {@link #resolve(String, Map)} in the environment of this process. */
  public static Path resolve(String spec) {
    return resolve(spec, System.getenv());
  }

  /**
   * Finds a model.
   *
   * @param spec a folder, {@code ~} standing for the home folder, or {@code org/name} of a model in
   *     the local Hugging Face cache
   * @param environment {@code HF_HUB_CACHE}, {@code HF_HOME}, {@code XDG_CACHE_HOME} and {@code
   *     HOME} are read
   * @throws CheckpointException where there is none, or the download is not complete; it says where
   *     was looked and which command fetches the model
   */
  public static Path resolve(String spec, Map<String, String> environment) {
    return new ModelLocator(environment).find(spec);
  }

  private Path find(String spec) {
    if (spec.isBlank()) {
      throw new CheckpointException("No model is named; give a folder or org/name.");
    }
    Path path = expand(spec);
    if (Files.exists(path)) {
      return path;
    }
    if (!REPOSITORY.matcher(spec).matches()) {
      throw new CheckpointException(
          "There is no folder "
              + path
              + "; give the folder of a model, or org/name of a downloaded"
              + " one.");
    }
    return cached(spec, hub());
  }

  private Path cached(String repository, Path hub) {
    Path entry = hub.resolve("models--" + repository.replace("/", "--"));
    Path snapshot =
        snapshot(entry)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        ("%s is neither a folder nor in the Hugging Face cache at %s; fetch it "
                                + "with `hf download %s`.")
                            .formatted(repository, hub, repository)));
    firstMissing(snapshot)
        .ifPresent(
            missing -> {
              throw new CheckpointException(
                  ("The download of %s in %s is incomplete: %s is missing; finish it with `hf "
                          + "download %s`.")
                      .formatted(repository, snapshot, missing, repository));
            });
    return snapshot;
  }

  /** The snapshot that {@code refs/main} names, else the newest. */
  private static Optional<Path> snapshot(Path entry) {
    Path snapshots = entry.resolve("snapshots");
    Path main = entry.resolve("refs").resolve("main");
    try {
      if (Files.isRegularFile(main)) {
        Path named = snapshots.resolve(Files.readString(main).strip());
        if (Files.isDirectory(named)) {
          return Optional.of(named);
        }
      }
      if (!Files.isDirectory(snapshots)) {
        return Optional.empty();
      }
      try (Stream<Path> all = Files.list(snapshots)) {
        return all.filter(Files::isDirectory).max(Comparator.comparing(ModelLocator::modified));
      }
    } catch (IOException e) {
      throw new CheckpointException(entry + " cannot be read (" + e + ").", e);
    }
  }

  private static FileTime modified(Path path) {
    try {
      return Files.getLastModifiedTime(path);
    } catch (IOException e) {
      throw new CheckpointException(path + " cannot be read (" + e + ").", e);
    }
  }

  private static Optional<String> firstMissing(Path snapshot) {
    if (!Files.exists(snapshot.resolve(ConfigFiles.NAME))) {
      return Optional.of(ConfigFiles.NAME);
    }
    List<String> shards = Shards.missing(snapshot);
    if (!shards.isEmpty()) {
      return Optional.of(shards.getFirst());
    }
    return Shards.hasWeights(snapshot) ? Optional.empty() : Optional.of("model*.safetensors");
  }

  /** The cache folder, found as Hugging Face's own tools find it. */
  private Path hub() {
    for (String variable : HUB_VARIABLES) {
      if (isSet(variable)) {
        return expand(environment.get(variable));
      }
    }
    if (isSet("HF_HOME")) {
      return expand(environment.get("HF_HOME")).resolve("hub");
    }
    Path caches =
        isSet("XDG_CACHE_HOME")
            ? expand(environment.get("XDG_CACHE_HOME"))
            : home().resolve(".cache");
    return caches.resolve("huggingface").resolve("hub");
  }

  private boolean isSet(String variable) {
    return !environment.getOrDefault(variable, "").isBlank();
  }

  private Path expand(String path) {
    if (path.equals("~")) {
      return home();
    }
    return path.startsWith("~/") ? home().resolve(path.substring(2)) : Path.of(path);
  }

  private Path home() {
    return Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
  }
}
