package dev.mlxmtp.kernel;

import dev.mlxmtp.kernel.display.Style;
import dev.mlxmtp.kernel.magic.Console;
import dev.mlxmtp.kernel.magic.Failures;
import dev.mlxmtp.kernel.magic.Magic;
import dev.mlxmtp.kernel.magic.MagicLine;
import dev.mlxmtp.kernel.magic.MagicRegistry;
import dev.mlxmtp.kernel.magic.Workbench;
import dev.mlxmtp.kernel.repl.PipedRepl;
import dev.mlxmtp.kernel.repl.Repl;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The entry point behind the launcher {@code mtp}. Without arguments it opens the terminal's loop.
 */
public final class Main {
  private static final String VERSION = "0.1";

  @Command(
      name = "./mtp",
      version = "mlx-mtp " + VERSION,
      mixinStandardHelpOptions = true,
      description =
          "Speculative decoding with multi-token prediction on MLX. Without a command: a terminal to chat in.",
      sortOptions = false)
  private static final class Root {}

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final Path demoModel;

  private Main(InputStream in, PrintStream out, PrintStream err, Path demoModel) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.demoModel = demoModel;
  }

  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    Main main = new Main(System.in, out, err, demoModel());
    int code = args.length == 0 && isTerminal() ? main.terminal() : main.run(args);
    out.flush();
    if (code != Magic.DONE) {
      System.exit(code);
    }
  }

  /**
   * Runs a command line without a terminal.
   *
   * @param demoModel the folder that is loaded where none is named
   * @return the exit code
   */
  public static int run(
      String[] args, InputStream in, PrintStream out, PrintStream err, Path demoModel) {
    return new Main(in, out, err, demoModel).run(args);
  }

  private static boolean isTerminal() {
    return System.console() != null && System.console().isTerminal();
  }

  // The launcher tells where it lies; a jar started by itself looks beside and above.
  private static Path demoModel() {
    String home = System.getProperty("mlxmtp.home", "");
    Path start = home.isEmpty() ? Path.of("").toAbsolutePath() : Path.of(home);
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      Path demo = folder.resolve("notebooks").resolve("demo-model");
      if (Files.isDirectory(demo)) {
        return demo;
      }
    }
    return start.resolve("notebooks").resolve("demo-model");
  }

  private int run(String[] args) {
    Console console = new Console(out, err, Style.plain(), false);
    try (Workbench bench = new Workbench(console, demoModel)) {
      if (args.length == 0) {
        return PipedRepl.run(bench, console, in);
      }
      return command(args, bench);
    } finally {
      out.flush();
    }
  }

  private int command(String[] args, Workbench bench) {
    MagicRegistry registry = new MagicRegistry(bench, in);
    CommandLine root = new CommandLine(new Root());
    registry.names().forEach(name -> root.addSubcommand(name, registry.command(name)));
    root.getSubcommands()
        .values()
        .forEach(command -> command.getCommandSpec().mixinStandardHelpOptions(true));
    String subcommand =
        Arrays.stream(args).filter(root.getSubcommands()::containsKey).findFirst().orElse("");
    CountDownLatch done = endOnInterrupt(bench);
    try {
      CommandLine.ParseResult parsed =
          root.parseArgs(MagicLine.bareOptions(List.of(args)).toArray(String[]::new));
      Integer shown = CommandLine.executeHelpRequest(parsed);
      if (shown != null) {
        return shown;
      }
      if (!parsed.hasSubcommand()) {
        throw new CommandLine.ParameterException(
            root, "Nothing to do for " + String.join(" ", args));
      }
      Magic magic = parsed.subcommand().commandSpec().commandLine().getCommand();
      return magic.run();
    } catch (RuntimeException e) {
      return report(e, ("./mtp " + subcommand).strip() + " --help");
    } finally {
      out.flush();
      done.countDown();
    }
  }

  private int report(RuntimeException e, String helpHint) {
    Failures.Failure failure = Failures.of(e, helpHint);
    err.println(failure.sentence());
    if ("1".equals(System.getenv("MLXMTP_DEBUG"))) {
      e.printStackTrace(err);
    }
    return failure.exitCode();
  }

  // An interrupt of the process ends the running generation after its step, and leaves it the time
  // to print its figures.
  private static CountDownLatch endOnInterrupt(Workbench bench) {
    CountDownLatch done = new CountDownLatch(1);
    Thread hook =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  bench.cancel();
                  try {
                    done.await(5, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    Runtime.getRuntime().addShutdownHook(hook);
    return done;
  }

  private int terminal() {
    Map<String, String> environment = System.getenv();
    try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
      PrintStream screen = new PrintStream(terminal.output(), false, terminal.encoding());
      Console console =
          new Console(screen, screen, Style.forTerminal(terminal.getType(), environment), true);
      try (Workbench bench = new Workbench(console, demoModel)) {
        return new Repl(bench, console, terminal, history(environment)).run(VERSION);
      } catch (RuntimeException e) {
        return report(e, "./mtp --help");
      } finally {
        screen.flush();
      }
    } catch (IOException e) {
      err.println(
          "The terminal cannot be opened: "
              + e.getMessage()
              + "; give a command, as ./mtp --help lists them.");
      return Magic.WRONG_USE;
    }
  }

  private static Path history(Map<String, String> environment) throws IOException {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base =
        state.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(state);
    return Files.createDirectories(base.resolve("mlx-mtp")).resolve("history");
  }
}
