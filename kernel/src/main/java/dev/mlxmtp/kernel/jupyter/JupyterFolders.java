package dev.mlxmtp.kernel.jupyter;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where Jupyter keeps its data, by the rules of jupyter_core.
 *
 * @param environment JUPYTER_PATH, JUPYTER_DATA_DIR, XDG_DATA_HOME, HOME, VIRTUAL_ENV and
 *     CONDA_PREFIX are read
 */
record JupyterFolders(Map<String, String> environment, String os) {

  /** Those of this process. */
  static JupyterFolders current() {
    return new JupyterFolders(System.getenv(), System.getProperty("os.name"));
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  private Path home() {
    return Path.of(variable("HOME").orElse(System.getProperty("user.home")));
  }

  /** The user's own. */
  Path user() {
    return variable("JUPYTER_DATA_DIR")
        .map(Path::of)
        .orElseGet(
            () ->
                os.toLowerCase(Locale.ROOT).startsWith("mac")
                    ? home().resolve("Library").resolve("Jupyter")
                    : variable("XDG_DATA_HOME")
                        .map(Path::of)
                        .orElse(home().resolve(".local").resolve("share"))
                        .resolve("jupyter"));
  }

  /** That of the active Python environment. */
  Optional<Path> environmentFolder() {
    return variable("VIRTUAL_ENV").or(() -> variable("CONDA_PREFIX")).map(JupyterFolders::under);
  }

  /** That of an installation prefix. */
  static Path under(String prefix) {
    return Path.of(prefix).toAbsolutePath().resolve("share").resolve("jupyter");
  }

  /** All that are looked through, the first that has a kernel counts. */
  List<Path> all() {
    List<Path> all = new ArrayList<>();
    variable("JUPYTER_PATH")
        .ifPresent(
            path -> Arrays.stream(path.split(File.pathSeparator)).map(Path::of).forEach(all::add));
    environmentFolder().ifPresent(all::add);
    all.add(user());
    all.add(Path.of("/usr/local/share/jupyter"));
    all.add(Path.of("/usr/share/jupyter"));
    return all.stream().distinct().toList();
  }
}
