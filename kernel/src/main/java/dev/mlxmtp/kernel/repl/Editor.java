package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.magic.MagicException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;

/** Lets the user write a cell in the editor of their choice. */
final class Editor {
  private static final String DEFAULT = "vi";

  private final Terminal terminal;
  private final Attributes cooked;
  private final List<String> command;

  /**
   * @param environment VISUAL and EDITOR are read, with arguments separated by blanks
   */
  Editor(Terminal terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.cooked = terminal.getAttributes();
    this.command =
        Stream.of("VISUAL", "EDITOR")
            .map(name -> environment.getOrDefault(name, "").strip())
            .filter(value -> !value.isEmpty())
            .findFirst()
            .map(value -> List.of(value.split("\\s+")))
            .orElse(List.of(DEFAULT));
  }

  /**
   * The text as the user left it; as it was, where the editor ends with an exit code that is not 0.
   *
   * @param ending of the file's name, by which an editor knows the language
   * @throws MagicException where the editor can't be started
   */
  String edit(String text, String ending) {
    try {
      Path file = Files.createTempFile("mlx-mtp-", ending);
      try {
        Files.writeString(file, text);
        boolean done = run(Stream.concat(command.stream(), Stream.of(file.toString())).toList());
        return done ? Files.readString(file).stripTrailing() : text;
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new MagicException(
          "The editor `"
              + String.join(" ", command)
              + "` can't be started; set EDITOR to one that is installed.",
          e);
    }
  }

  private boolean run(List<String> words) throws IOException {
    Attributes raw = terminal.getAttributes();
    terminal.setAttributes(cooked);
    try {
      return new ProcessBuilder(words).inheritIO().start().waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      terminal.setAttributes(raw);
    }
  }
}
