package dev.mlxmtp.bench;

import dev.mlxmtp.mlx.Mlx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where it was measured.
 *
 * @param cores that this process may use
 * @param cpu the processor's model, where the system tells it in {@code /proc/cpuinfo}
 * @param system name, version and architecture
 * @param library the MLX library that was loaded
 */
public record Machine(
    int cores, Optional<String> cpu, String system, String java, String mlx, Path library) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** This one. */
  public static Machine here() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        cpu(CPU_INFO),
        String.join(
            " ",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch")),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        Mlx.version(),
        Mlx.library());
  }

  // Systems without the file are measured all the same.
  static Optional<String> cpu(Path info) {
    try (Stream<String> lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
