package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.checkpoint.ModelLocator;
import dev.mlxmtp.session.ModelInfo;
import dev.mlxmtp.session.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model as a user names it.
 *
 * @param spec a folder or {@code org/name}; absent for whatever is resident
 */
public record ModelChoice(Optional<String> spec, SessionOptions options) {

  /** Whatever is resident. */
  public static ModelChoice any() {
    return new ModelChoice(Optional.empty(), SessionOptions.defaults());
  }

  /** A named model with the default settings. */
  public static ModelChoice of(String spec) {
    return new ModelChoice(Optional.of(spec), SessionOptions.defaults());
  }

  /** The folder of the named model, where one is named. */
  Optional<Path> folder() {
    try {
      return spec.map(ModelLocator::resolve);
    } catch (InvalidPathException e) {
      throw new MagicException("`" + e.getInput() + "` can't be the name of a folder.", e);
    }
  }

  /** True where a resident model is what this asks for. */
  boolean matches(ModelInfo info) {
    return folder().map(folder -> isSame(folder, info.folder())).orElse(true)
        && options.device().map(device -> device == info.device()).orElse(true)
        && options.dtype().map(type -> type == info.compute()).orElse(true);
  }

  private static boolean isSame(Path a, Path b) {
    try {
      return Files.isSameFile(a, b);
    } catch (IOException e) {
      return false;
    }
  }
}
