package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.display.Style;
import dev.mlxmtp.kernel.magic.Console;
import dev.mlxmtp.kernel.magic.Failures;
import dev.mlxmtp.kernel.magic.Magic;
import dev.mlxmtp.kernel.magic.MagicLine;
import dev.mlxmtp.kernel.magic.MagicRegistry;
import java.util.List;
import picocli.CommandLine;

/**
 * Runs one cell: a magic, or else a message to the model. A failure is one sentence, and the
 * session lives on.
 */
final class MagicRunner {
  private final MagicRegistry registry;
  private final Console console;

  MagicRunner(MagicRegistry registry, Console console) {
    this.registry = registry;
    this.console = console;
  }

  /**
   * @return the cell's exit code
   */
  int run(String cell) {
    String text = cell.strip();
    if (text.isEmpty()) {
      return Magic.DONE;
    }
    String name = text.startsWith("%") ? text.substring(1).split("\\s", 2)[0] : "chat";
    String rest =
        text.startsWith("%") ? text.substring(Math.min(text.length(), 1 + name.length())) : text;
    try {
      CommandLine command = registry.command(name);
      List<String> words =
          text.startsWith("%")
              ? MagicLine.split(rest, command.getCommandSpec())
              : List.of("--", rest);
      if (words.contains("--help")) {
        return registry.command("help").execute(name);
      }
      command.parseArgs(MagicLine.bareOptions(words).toArray(String[]::new));
      Magic magic = command.getCommand();
      return magic.run();
    } catch (RuntimeException e) {
      Failures.Failure failure = Failures.of(e, "%help " + name);
      console.err().println(console.style().apply(Style.Role.ERROR, failure.sentence()));
      return failure.exitCode();
    }
  }
}
