package dev.mlxmtp.kernel.jupyter;

import dev.mlxmtp.kernel.magic.MagicException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.jline.utils.Signals;

/** A kernel from Jupyter's connection file to its shutdown. */
final class KernelProcess {
  private static final String PARENT = "JPY_PARENT_PID";

  private KernelProcess() {}

  /**
   * Serves until Jupyter says that it is enough.
   *
   * @throws MagicException where the file is no connection file
   */
  static void run(Path file, String version) {
    NotebookKernel kernel = NotebookKernel.create(version);
    KernelConnection connection = connection(file);
    kernel.becomeHandlerForConnection(connection);
    // Jupyter asks by message; Ctrl-C in the terminal where it runs reaches this process too.
    Signals.register("INT", kernel::interrupt);
    endWithParent();
    kernel.onStartup();
    connection.connect();
    connection.awaitShutdown();
    connection.close();
    kernel.close();
  }

  private static KernelConnection connection(Path file) {
    try {
      return new KernelConnection(KernelConnectionProperties.parse(Files.readString(file)));
    } catch (IOException e) {
      throw new MagicException(
          "The connection file "
              + file
              + " can't be read; Jupyter writes it and starts the"
              + " kernel with it.",
          e);
    } catch (NoSuchAlgorithmException | InvalidKeyException | RuntimeException e) {
      throw new MagicException(file + " is not a connection file of Jupyter.", e);
    }
  }

  // A server that is killed can't say goodbye.
  private static void endWithParent() {
    Optional.ofNullable(System.getenv(PARENT))
        .filter(id -> id.matches("[1-9]\\d{0,17}"))
        .map(Long::parseLong)
        .flatMap(ProcessHandle::of)
        .ifPresent(parent -> parent.onExit().thenRun(() -> Runtime.getRuntime().halt(0)));
  }
}
