package dev.mlxmtp.kernel.magic;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The model that ships with the project. */
final class DemoModel {
  /** The project's folder, set by the launcher. */
  private static final String HOME_PROPERTY = "mlxmtp.home";

  private static final Path PLACE = Path.of("notebooks", "demo-model");

  private DemoModel() {}

  static Path find() {
    return Stream.of(
            Optional.ofNullable(System.getProperty(HOME_PROPERTY)).map(Path::of),
            codeFolder(),
            Optional.of(Path.of("")))
        .flatMap(Optional::stream)
        .flatMap(start -> Stream.iterate(start.toAbsolutePath(), p -> p != null, Path::getParent))
        .map(folder -> folder.resolve(PLACE))
        .filter(folder -> Files.isRegularFile(folder.resolve("config.json")))
        .findFirst()
        .orElseThrow(
            () ->
                new MagicException(
                    "The demo model ("
                        + PLACE
                        + ") is not beside this program; name a model's folder."));
  }

  private static Optional<Path> codeFolder() {
    try {
      return Optional.ofNullable(DemoModel.class.getProtectionDomain().getCodeSource())
          .map(source -> source.getLocation())
          .filter(location -> location.getProtocol().equals("file"))
          .map(location -> Path.of(URI.create(location.toString())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
