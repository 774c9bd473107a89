package dev.mlxmtp.quantize;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder to be written: made beside its place under a hidden name, and moved there when it is
 * whole, so that no run that was stopped leaves a folder that looks finished.
 */
final class Target implements AutoCloseable {
  private static final long SPARE_BYTES = 64L << 20;
  private static final Set<String> COPIED =
      Set.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "vocab.json",
          "merges.txt",
          "chat_template.jinja",
          "chat_template.json",
          "preprocessor_config.json",
          "video_preprocessor_config.json",
          "processor_config.json",
          "generation_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "LICENSE",
          "NOTICE");

  private final Path place;
  private final Path partial;
  private final Path replaced;

  /**
   * @throws QuantizeException where the place is taken, or the disk is too full
   */
  Target(Path source, Path out, boolean force, long bytes) {
    this.place = out.toAbsolutePath().normalize();
    Path parent = place.getParent();
    if (parent == null) {
      throw new QuantizeException(out + " is no folder to write; give another one with --out.");
    }
    this.partial = parent.resolve("." + place.getFileName() + ".partial");
    this.replaced = parent.resolve("." + place.getFileName() + ".replaced");
    try {
      if (Files.exists(place) && Files.isSameFile(source, place)) {
        throw new QuantizeException(out + " is the source itself; give another folder with --out.");
      }
      if (Files.exists(place) && !Files.isDirectory(place)) {
        throw new QuantizeException(out + " is a file; give a folder with --out.");
      }
      if (!force && Files.exists(place) && !isEmpty(place)) {
        throw new QuantizeException(
            out + " is not empty; give another folder, or --force to replace it.");
      }
      // What --force removes is a model, never a folder that was named by mistake.
      if (Files.exists(place) && source.toRealPath().startsWith(place.toRealPath())) {
        throw new QuantizeException(out + " holds the source; give another folder with --out.");
      }
      if (Files.exists(place) && !isEmpty(place) && !Files.exists(place.resolve("config.json"))) {
        throw new QuantizeException(
            out + " is no model's folder, which is all that --force replaces; give another one.");
      }
      Files.createDirectories(parent);
      long usable = Files.getFileStore(parent).getUsableSpace();
      if (usable < bytes + SPARE_BYTES) {
        throw new QuantizeException(
            String.format(
                Locale.ROOT,
                "%s has %.2f GB free where %.2f GB are needed; make room or give another folder.",
                parent,
                usable / 1e9,
                (bytes + SPARE_BYTES) / 1e9));
      }
      delete(partial);
      delete(replaced);
      Files.createDirectory(partial);
    } catch (IOException e) {
      throw new QuantizeException("%s cannot be written (%s).".formatted(out, e), e);
    }
  }

  /** Where to write meanwhile. */
  Path folder() {
    return partial;
  }

  /** Copies what a model's folder holds beside weights and config. */
  void copyFrom(Path source) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(source)) {
      for (Path file : files) {
        if (COPIED.contains(file.getFileName().toString())) {
          Files.copy(file, partial.resolve(file.getFileName()));
        }
      }
    }
  }

  /** Moves the whole folder to its place. */
  void moveIntoPlace() throws IOException {
    if (Files.exists(place)) {
      Files.move(place, replaced, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE);
    delete(replaced);
  }

  /** Removes what is unfinished. */
  @Override
  public void close() {
    try {
      delete(partial);
    } catch (IOException e) {
      throw new QuantizeException("%s cannot be removed (%s).".formatted(partial, e), e);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> inside;
    try (Stream<Path> walk = Files.walk(folder)) {
      inside = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : inside) {
      Files.delete(path);
    }
  }
}
