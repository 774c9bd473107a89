package dev.mlxmtp.kernel.repl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;

/** A REPL on a terminal in memory: what is typed goes through a line discipline, Ctrl-C too. */
final class TypedTerminal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final LineDisciplineTerminal terminal;
  private final Thread repl;
  private int seen;

  TypedTerminal(String type, Map<String, String> environment) throws IOException {
    terminal = new LineDisciplineTerminal("test", type, screen, StandardCharsets.UTF_8);
    terminal.setSize(Size.of(100, 40));
    repl =
        Thread.ofPlatform()
            .start(() -> new TerminalRepl(terminal, environment, "0.1.0").run(Optional.empty()));
  }

  static Map<String, String> state(Path folder) {
    return Map.of("XDG_STATE_HOME", folder.toString(), "HOME", folder.toString());
  }

  void type(String keys) throws IOException {
    terminal.processInputBytes(keys.getBytes(StandardCharsets.UTF_8));
  }

  /** Waits until this is shown after what was awaited before, and returns all up to it. */
  String await(String text) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      String all = screen.toString(StandardCharsets.UTF_8);
      int found = all.indexOf(text, seen);
      if (found >= 0) {
        String passed = all.substring(seen, found + text.length());
        seen = found + text.length();
        return passed;
      }
      Thread.sleep(5);
    }
    throw new AssertionError(
        text + " did not come after:\n" + screen.toString(StandardCharsets.UTF_8).substring(seen));
  }

  boolean hasLeft() throws InterruptedException {
    return repl.join(PATIENCE);
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
