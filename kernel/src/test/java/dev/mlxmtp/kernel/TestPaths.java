package dev.mlxmtp.kernel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where tests find the repository's files, whichever folder they are started from. */
public final class TestPaths {
  private TestPaths() {}

  /** The small model that ships with the project. */
  public static Path demoModel() {
    return Stream.iterate(Path.of("").toAbsolutePath(), p -> p != null, Path::getParent)
        .map(folder -> folder.resolve("notebooks/demo-model"))
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow();
  }
}
