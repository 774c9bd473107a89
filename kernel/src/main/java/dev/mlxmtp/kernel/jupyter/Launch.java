package dev.mlxmtp.kernel.jupyter;

import dev.mlxmtp.kernel.magic.MagicException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The command that starts this program from anywhere. */
final class Launch {
  /** The project's folder, set by the launcher. */
  private static final String HOME_PROPERTY = "mlxmtp.home";

  private Launch() {}

  /** The launcher where it was that which started the program, else this JVM with this jar. */
  static List<String> command() {
    Optional<Path> launcher =
        Optional.ofNullable(System.getProperty(HOME_PROPERTY))
            .map(home -> Path.of(home, "mtp").toAbsolutePath())
            .filter(Files::isExecutable);
    return launcher.map(path -> List.of(path.toString())).orElseGet(Launch::jvm);
  }

  private static List<String> jvm() {
    Path code =
        Path.of(
            URI.create(
                Launch.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    if (!Files.isRegularFile(code)) {
      throw new MagicException(
          "This program runs from a folder of classes; install the kernel with `./mtp kernel"
              + " install`.");
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-Dai.djl.offline=true",
        "-jar",
        code.toString());
  }
}
