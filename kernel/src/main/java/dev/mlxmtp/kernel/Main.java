package dev.mlxmtp.kernel;

import dev.mlxmtp.kernel.cell.CellRunner;
import dev.mlxmtp.kernel.cell.Shells;
import dev.mlxmtp.kernel.display.Screen;
import dev.mlxmtp.kernel.display.StreamScreen;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.kernel.jupyter.KernelMagic;
import dev.mlxmtp.kernel.magic.CancelledException;
import dev.mlxmtp.kernel.magic.Failure;
import dev.mlxmtp.kernel.magic.Interrupts;
import dev.mlxmtp.kernel.magic.Magic;
import dev.mlxmtp.kernel.magic.MagicException;
import dev.mlxmtp.kernel.magic.MagicRegistry;
import dev.mlxmtp.kernel.magic.Settings;
import dev.mlxmtp.kernel.magic.Workspace;
import dev.mlxmtp.kernel.repl.PipedRepl;
import dev.mlxmtp.kernel.repl.TerminalRepl;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The entry point behind the launcher: a command, or the REPL where none is given. */
public final class Main {
  /** Exit code of what Ctrl-C ended. */
  static final int INTERRUPTED = 130;

  private static final int DONE = 0;

  private static final MagicRegistry.Entry KERNEL =
      new MagicRegistry.Entry(
          "kernel", KernelMagic.SUMMARY, true, () -> new KernelMagic(Version.current()));

  private final Streams streams;
  private final Screen screen;
  private final Interrupts interrupts;

  private Main(Streams streams, Interrupts interrupts) {
    this.streams = streams;
    this.screen = streams.screen();
    this.interrupts = interrupts;
  }

  /** Runs in this process's streams and ends it with the exit code. */
  public static void main(String[] args) {
    Streams streams = Streams.system();
    boolean repl = opensRepl(List.of(args)) && streams.isInteractive();
    Interrupts interrupts = repl ? Interrupts.none() : SignalInterrupts.install();
    int code = new Main(streams, interrupts).run(List.of(args));
    streams.out().flush();
    streams.err().flush();
    System.exit(code);
  }

  /**
   * Runs in the given streams, as if nobody watched them.
   *
   * @return the exit code
   */
  public static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
    return new Main(Streams.piped(in, out, err), Interrupts.none()).run(List.of(args));
  }

  private int run(List<String> args) {
    try {
      if (opensRepl(args)) {
        return repl(args);
      }
      return switch (args.getFirst()) {
        case "--version", "-V" -> {
          screen.println("mlx-mtp " + Version.current());
          yield DONE;
        }
        case "--help", "-h" -> command(List.of("help"));
        default -> command(args);
      };
    } catch (CancelledException e) {
      screen.note(e.getMessage(), Tone.NOTE);
      return INTERRUPTED;
    } catch (RuntimeException | Error | IOException e) {
      return fail(e);
    }
  }

  private static boolean opensRepl(List<String> args) {
    return args.isEmpty()
        || args.getFirst().equals("chat") && !args.contains("--help") && !args.contains("-h");
  }

  private int command(List<String> args) {
    String name = args.getFirst();
    if (name.startsWith("-")) {
      throw new MagicException(
          "The option `"
              + name
              + "` needs a command before it, such as `./mtp generate`; see `./mtp --help`.");
    }
    Magic magic = parse(args);
    try (Workspace workspace = workspace()) {
      return code(magic.run(workspace));
    }
  }

  private static Magic parse(List<String> args) {
    return new MagicRegistry(MagicRegistry.Caller.SHELL, List.of(KERNEL))
        .parse(args.getFirst(), args.subList(1, args.size()), new Settings());
  }

  private Workspace workspace() {
    return new Workspace(screen, interrupts, Optional.of(streams.in()));
  }

  private int repl(List<String> args) throws IOException {
    Optional<Magic> first = args.isEmpty() ? Optional.empty() : Optional.of(parse(args));
    if (streams.isInteractive()) {
      // A question to the terminal delays the start, and a late answer would be taken for typing.
      try (Terminal terminal =
          TerminalBuilder.builder()
              .system(true)
              .encoding(StandardCharsets.UTF_8)
              .graphemeCluster(false)
              .build()) {
        new TerminalRepl(terminal, streams.environment(), Version.current()).run(first);
        return DONE;
      }
    }
    Screen plain = new StreamScreen(streams.out(), streams.err(), StreamScreen.Look.plain());
    try (Workspace workspace =
        new Workspace(plain, interrupts, Optional.empty(), Shells.on(plain))) {
      first.ifPresent(magic -> magic.run(workspace));
      return switch (new PipedRepl(new CellRunner(workspace)).run(streams.in())) {
        case ALL_DONE -> DONE;
        case SOME_FAILED -> Failure.USAGE;
        case CANCELLED -> INTERRUPTED;
      };
    }
  }

  private static int code(Magic.Outcome outcome) {
    return switch (outcome) {
      case DONE -> DONE;
      case CANCELLED -> INTERRUPTED;
    };
  }

  private int fail(Throwable thrown) {
    Failure failure = Failure.of(thrown);
    screen.note(failure.sentence(), Tone.ERROR);
    if (!failure.expected() && Failure.isDebugging()) {
      thrown.printStackTrace(streams.err());
    }
    return failure.exitCode();
  }
}
