package dev.mlxmtp.kernel;

import dev.mlxmtp.kernel.display.StreamScreen;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A process's three streams and its environment.
 *
 * @param inTerminal {@code in} is a keyboard
 * @param outTerminal {@code out} is seen by a person
 * @param errTerminal {@code err} is seen by a person
 */
record Streams(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean inTerminal,
    boolean outTerminal,
    boolean errTerminal,
    Map<String, String> environment) {

  /** Streams that nobody watches. */
  static Streams piped(InputStream in, PrintStream out, PrintStream err) {
    return new Streams(in, out, err, false, false, false, System.getenv());
  }

  /** Those of this process. Text is UTF-8 whatever the locale says. */
  static Streams system() {
    return new Streams(
        System.in,
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), false, StandardCharsets.UTF_8),
        isTerminal(0),
        isTerminal(1),
        isTerminal(2),
        System.getenv());
  }

  boolean isInteractive() {
    return inTerminal && outTerminal;
  }

  StreamScreen screen() {
    boolean color =
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    boolean capable = !environment.getOrDefault("TERM", "dumb").equals("dumb");
    return new StreamScreen(
        out,
        err,
        new StreamScreen.Look(color && outTerminal, color && errTerminal, capable && errTerminal));
  }

  // The JDK tells only of standard input and output together, and JLine's own test costs a tenth
  // of the start: a terminal is a character device that is not the null device.
  private static boolean isTerminal(int descriptor) {
    Path device = Path.of("/dev/fd", Integer.toString(descriptor));
    try {
      int mode = (Integer) Files.getAttribute(device, "unix:mode");
      return (mode & 0170000) == 0020000
          && !Files.getAttribute(device, "unix:rdev")
              .equals(Files.getAttribute(Path.of("/dev/null"), "unix:rdev"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }
}
