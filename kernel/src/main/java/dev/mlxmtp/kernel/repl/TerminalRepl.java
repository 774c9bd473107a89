package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.display.TerminalScreen;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.kernel.magic.Magic;
import dev.mlxmtp.kernel.magic.ModelChoice;
import dev.mlxmtp.kernel.magic.Workspace;
import dev.mlxmtp.session.Session;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/** The loop at a terminal: line editing, history, completion, and Ctrl-C that loses nothing. */
public final class TerminalRepl {
  private static final String PROMPT = "chat> ";
  private static final String CONTINUATION = "....> ";

  private final Terminal terminal;
  private final Map<String, String> environment;
  private final String version;

  /**
   * @param environment NO_COLOR, HOME and XDG_STATE_HOME are read
   */
  public TerminalRepl(Terminal terminal, Map<String, String> environment, String version) {
    this.terminal = terminal;
    this.environment = environment;
    this.version = version;
  }

  /**
   * Runs until Ctrl-D.
   *
   * @param first what to run before the first prompt
   */
  public void run(Optional<Magic> first) {
    boolean color = environment.getOrDefault("NO_COLOR", "").isEmpty();
    TerminalScreen screen = new TerminalScreen(terminal, color);
    try (Workspace workspace =
        new Workspace(screen, new TerminalInterrupts(terminal), Optional.empty())) {
      CellRunner runner = new CellRunner(workspace);
      runner.attempt(
          () -> {
            Magic.Outcome outcome = first.map(m -> m.run(workspace)).orElse(Magic.Outcome.DONE);
            Session session = workspace.session(ModelChoice.any());
            screen.note(Banner.line(version, session.info()), Tone.HEADING);
            return outcome;
          });
      // Between an answer's end and the next prompt nothing else listens.
      terminal.handle(Terminal.Signal.INT, signal -> {});
      loop(reader(runner), runner);
    }
  }

  private LineReader reader(CellRunner runner) {
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("mlx-mtp")
            .parser(new CellParser())
            .completer(new MagicCompleter(runner.registry(), Path.of("").toAbsolutePath()))
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, CONTINUATION)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
    HistoryFile.in(environment).ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
    return builder.build();
  }

  private void loop(LineReader reader, CellRunner runner) {
    while (true) {
      try {
        answer(runner, Continuation.join(reader.readLine(PROMPT)));
      } catch (UserInterruptException e) {
        // Ctrl-C at the prompt drops the line.
        continue;
      } catch (EndOfFileException e) {
        return;
      }
    }
  }

  // What is typed meanwhile waits for the prompt instead of standing in the middle of the text.
  private void answer(CellRunner runner, String cell) {
    boolean echo = terminal.echo(false);
    try {
      runner.run(cell);
    } finally {
      terminal.echo(echo);
    }
  }
}
