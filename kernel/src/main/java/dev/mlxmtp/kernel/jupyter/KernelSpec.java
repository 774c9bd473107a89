package dev.mlxmtp.kernel.jupyter;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.kernel.magic.MagicException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder by which Jupyter knows the kernel: the command that starts it, and its logos.
 *
 * @param folder {@code …/share/jupyter/kernels/NAME}
 */
record KernelSpec(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DISPLAY_NAME = "Java (mlx-mtp)";
  private static final String FILE = "kernel.json";
  private static final List<String> LOGOS =
      List.of("logo-32x32.png", "logo-64x64.png", "logo-svg.svg");

  /** True where one is installed. */
  boolean exists() {
    return Files.isRegularFile(folder.resolve(FILE));
  }

  /**
   * Writes it.
   *
   * @param command that starts this program
   */
  void install(List<String> command) {
    List<String> argv =
        Stream.concat(command.stream(), Stream.of("kernel", "run", "{connection_file}")).toList();
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("argv", argv);
    spec.put("display_name", DISPLAY_NAME);
    spec.put("language", "java");
    spec.put("interrupt_mode", "message");
    spec.put("metadata", Map.of("debugger", false));
    try {
      Files.createDirectories(folder);
      for (String logo : LOGOS) {
        try (InputStream in = KernelSpec.class.getResourceAsStream(logo)) {
          Files.copy(in, folder.resolve(logo), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      Path partial = folder.resolve("." + FILE + ".partial");
      Files.writeString(
          partial, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(spec) + "\n");
      Files.move(partial, folder.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new MagicException(
          "The kernel can't be installed in " + folder + ": " + reason(e) + ".", e);
    }
  }

  /** The command that starts the kernel, as it is written down. */
  String command() {
    try {
      return String.valueOf(
          JSON.readTree(Files.readString(folder.resolve(FILE))).path("argv").path(0).asText());
    } catch (IOException e) {
      return "(unreadable: " + reason(e) + ")";
    }
  }

  /** True where the kernel is this program, wherever that lies. */
  boolean isOurs() {
    try {
      return JSON.readTree(Files.readString(folder.resolve(FILE)))
          .path("display_name")
          .asText()
          .equals(DISPLAY_NAME);
    } catch (IOException e) {
      return false;
    }
  }

  /** Removes the folder with what the installation put there, and nothing else. */
  void remove() {
    try {
      Files.deleteIfExists(folder.resolve(FILE));
      for (String logo : LOGOS) {
        Files.deleteIfExists(folder.resolve(logo));
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new MagicException(
          "The kernel in " + folder + " can't be removed: " + reason(e) + ".", e);
    }
  }

  /** All kernels of this program in the folders that Jupyter looks through. */
  static List<KernelSpec> installed(List<Path> dataFolders) {
    return dataFolders.stream()
        .map(data -> data.resolve("kernels"))
        .filter(Files::isDirectory)
        .flatMap(KernelSpec::in)
        .filter(spec -> spec.exists() && spec.isOurs())
        .toList();
  }

  private static Stream<KernelSpec> in(Path kernels) {
    try (Stream<Path> folders = Files.list(kernels)) {
      return folders.sorted(Comparator.naturalOrder()).map(KernelSpec::new).toList().stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "no permission"
        : e.getClass().getSimpleName() + " " + e.getMessage();
  }
}
