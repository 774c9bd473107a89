package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.cell.CellAssistant;
import dev.mlxmtp.kernel.cell.CellReport;
import dev.mlxmtp.kernel.cell.CellRunner;
import dev.mlxmtp.kernel.cell.Shells;
import dev.mlxmtp.kernel.display.TerminalScreen;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.kernel.magic.Magic;
import dev.mlxmtp.kernel.magic.ModelChoice;
import dev.mlxmtp.kernel.magic.Workspace;
import dev.mlxmtp.session.Session;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.jline.utils.Signals;

/** The loop at a terminal: line editing, history, completion, and Ctrl-C that loses nothing. */
public final class TerminalRepl {
  private static final String CONTINUATION = "....> ";
  private static final String HINT = "Ctrl-D leaves; %help lists the commands";

  private final Terminal terminal;
  private final Map<String, String> environment;
  private final String version;

  /**
   * @param environment NO_COLOR, HOME, XDG_STATE_HOME, VISUAL and EDITOR are read
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
    TerminalInterrupts interrupts =
        new TerminalInterrupts(terminal, new Leaving(terminal, screen), System::nanoTime);
    TerminalInput input = new TerminalInput(terminal, screen);
    try (var _ = ProcessStreams.replaced(input, screen.stream());
        Workspace workspace =
            new Workspace(screen, interrupts, Optional.empty(), Shells.on(screen))) {
      CellRunner runner = new CellRunner(workspace);
      CellReport.tell(
          runner.attempt(
              () -> {
                Magic.Outcome outcome = first.map(m -> m.run(workspace)).orElse(Magic.Outcome.DONE);
                Session session = workspace.session(ModelChoice.any());
                screen.note(Banner.line(version, session.info()), Tone.HEADING);
                return outcome;
              }),
          screen,
          workspace.settings());
      // From here on there is something to lose.
      interrupts.begin();
      if (terminal instanceof DumbTerminal) {
        // It hears of no signals by itself.
        Signals.register("INT", () -> terminal.raise(Terminal.Signal.INT));
      }
      loop(
          reader(runner, color),
          runner,
          () -> {
            interrupts.begin();
            input.begin();
          });
    }
  }

  private LineReader reader(CellRunner runner, boolean color) {
    Workspace workspace = runner.workspace();
    CellAssistant assistant = new CellAssistant(runner);
    Shielded shielded = new Shielded(terminal);
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("mlx-mtp")
            .parser(new CellParser(new CellBorders(assistant), workspace::mode, shielded))
            .completer(new CellCompleter(assistant, workspace::mode, shielded))
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, CONTINUATION)
            .variable(LineReader.INDENTATION, 2)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
    if (color) {
      builder.highlighter(new CellHighlighter(workspace, shielded));
    }
    HistoryFile.in(environment).ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
    LineReader reader = builder.build();
    EditorKey.bind(reader, new Editor(terminal, environment), workspace::mode);
    return reader;
  }

  private void loop(LineReader reader, CellRunner runner, Runnable beginning) {
    Workspace workspace = runner.workspace();
    CellBorders borders = new CellBorders(new CellAssistant(runner));
    InterruptKey interruptKey = new InterruptKey();
    interruptKey.bind(reader);
    while (true) {
      Workspace.Mode mode = workspace.mode();
      if (mode == Workspace.Mode.JAVA) {
        warmUp(workspace);
      }
      workspace.screen().endLine();
      try {
        String prompt = mode.name().toLowerCase(Locale.ROOT) + "> ";
        String cell = borders.source(reader.readLine(prompt), mode);
        beginning.run();
        answer(runner, cell, mode);
      } catch (UserInterruptException e) {
        interruptKey.dropped();
        if (e.getPartialLine().isBlank()) {
          workspace.screen().note(HINT, Tone.NOTE);
        }
      } catch (EndOfFileException e) {
        return;
      }
    }
  }

  // Making the shell takes a second, which passes while the first line is typed.
  private static void warmUp(Workspace workspace) {
    if (workspace.java().made().isEmpty()) {
      Thread.ofPlatform().daemon().name("java-shell").start(() -> workspace.java().shell());
    }
  }

  // What is typed meanwhile waits for the prompt instead of standing in the middle of the text.
  private void answer(CellRunner runner, String cell, Workspace.Mode mode) {
    boolean echo = terminal.echo(false);
    try {
      Workspace workspace = runner.workspace();
      CellReport.tell(runner.run(cell, mode), workspace.screen(), workspace.settings());
    } finally {
      terminal.echo(echo);
    }
  }
}
