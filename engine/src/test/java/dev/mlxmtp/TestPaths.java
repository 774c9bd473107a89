package dev.mlxmtp;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where tests find the repository's files, whichever folder they are started from. */
public final class TestPaths {
  private TestPaths() {}

  /** The folder that holds the Maven wrapper. */
  public static Path repository() {
    Path start = Path.of(System.getProperty("user.dir")).toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("mvnw"))) {
        return folder;
      }
    }
    throw new IllegalStateException("no mvnw in " + start + " or above it");
  }

  /** The small model that ships with the project. */
  public static Path demoModel() {
    return repository().resolve("notebooks/demo-model");
  }

  /** A folder below {@code src/test/resources/fixtures}. */
  public static Path fixture(String name) {
    return repository().resolve("engine/src/test/resources/fixtures").resolve(name);
  }

  /** A file or folder below {@code src/test/resources}. */
  public static Path resource(String name) {
    return repository().resolve("engine/src/test/resources").resolve(name);
  }
}
