package dev.mlxmtp.kernel.repl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where typed lines are remembered, by the XDG rules for state. */
final class HistoryFile {
  private HistoryFile() {}

  /** The file in a folder that exists; absent where that can't be made. */
  static Optional<Path> in(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    Path base = state.isBlank() ? Path.of(home, ".local", "state") : Path.of(state);
    try {
      return Optional.of(Files.createDirectories(base.resolve("mlx-mtp")).resolve("history"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
