package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.display.Style;
import dev.mlxmtp.kernel.magic.Console;
import dev.mlxmtp.kernel.magic.Magic;
import dev.mlxmtp.kernel.magic.MagicRegistry;
import dev.mlxmtp.kernel.magic.Workbench;
import java.io.InputStream;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/**
 * The terminal's loop. Ctrl-C while the model answers ends the answer after its present step, at
 * the prompt it clears the line; Ctrl-D leaves.
 */
public final class Repl {
  private final Workbench bench;
  private final Console console;
  private final Terminal terminal;
  private final LineReader reader;
  private final MagicRunner runner;

  /**
   * @param history where the lines are kept between sessions
   */
  public Repl(Workbench bench, Console console, Terminal terminal, Path history) {
    this.bench = bench;
    this.console = console;
    this.terminal = terminal;
    MagicRegistry registry = new MagicRegistry(bench, InputStream.nullInputStream());
    this.runner = new MagicRunner(registry, console);
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("mlx-mtp")
            .parser(new CellParser())
            .completer(new MagicCompleter(registry))
            .variable(LineReader.HISTORY_FILE, history)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "    > ")
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
  }

  /** Reads and answers until the user leaves. */
  public int run(String version) {
    console.out().println("mlx-mtp " + version + " · " + bench.banner());
    console
        .out()
        .println(
            console
                    .style()
                    .apply(
                        Style.Role.FOOTER,
                        "Ask for a Java method; %help lists the magics; Ctrl-C ends an answer, Ctrl-D leaves. Drafts that the"
                            + " model accepted look ")
                + console.style().apply(Style.Role.ACCEPTED, "like this")
                + console.style().apply(Style.Role.FOOTER, "."));
    while (true) {
      String cell;
      try {
        cell = reader.readLine(console.style().apply(Style.Role.PROMPT, "chat> "));
      } catch (UserInterruptException e) {
        continue;
      } catch (EndOfFileException e) {
        return Magic.DONE;
      }
      Terminal.SignalHandler before =
          terminal.handle(Terminal.Signal.INT, signal -> bench.cancel());
      boolean echo = terminal.echo(false);
      try {
        runner.run(CellParser.joined(cell));
      } finally {
        terminal.echo(echo);
        terminal.handle(Terminal.Signal.INT, before);
      }
    }
  }
}
