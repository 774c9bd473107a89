package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Footer;
import dev.mlxmtp.kernel.display.Screen;
import dev.mlxmtp.kernel.display.Table;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists the commands, or explains one. */
@Command(
    name = "help",
    description = HelpMagic.SUMMARY + ".",
    sortOptions = false,
    abbreviateSynopsis = true)
public final class HelpMagic implements Magic {
  static final String SUMMARY = "List the commands, or explain one";

  private static final String FOOTER = "footer";

  private final MagicRegistry registry;

  @Parameters(
      paramLabel = "COMMAND",
      arity = "0..1",
      description = "A command, or " + FOOTER + " for the figures under an answer.")
  private Optional<String> topic = Optional.empty();

  @Mixin private HelpOption help = new HelpOption();

  HelpMagic(MagicRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Outcome run(Workspace workspace) {
    Screen screen = workspace.screen();
    Optional<String> name = topic.map(t -> t.replaceFirst("^%", ""));
    if (name.isEmpty()) {
      list(screen);
    } else if (name.get().equals(FOOTER)) {
      screen.println("The figures under an answer:");
      new Table().rows(Footer.definitions()).print(screen);
    } else {
      new UsageMagic(registry.commandLine(name.get())).run(workspace);
    }
    return Outcome.DONE;
  }

  private void list(Screen screen) {
    boolean repl = registry.caller() == MagicRegistry.Caller.REPL;
    if (!repl) {
      screen.println("Usage: ./mtp [COMMAND [options]]   without a command: chat in the terminal");
      screen.println("");
    }
    Table table = new Table();
    registry
        .names()
        .forEach(name -> table.row(registry.caller().write(name), registry.summary(name)));
    table.row(registry.caller().write("help " + FOOTER), "Define the figures under an answer");
    table.print(screen);
    screen.println("");
    screen.println("`" + registry.caller().write("generate --help") + "` lists its options.");
    if (repl) {
      screen.println("Anything else is said in the chat.");
      new Table()
          .row("\\ at a line's end", "goes on in the next line; a pasted text keeps its lines")
          .row("\"\"\"", "begins and ends a message of several lines")
          .row("Tab", "completes commands, options, values, files and Java")
          .row("Up, Ctrl-R", "go back to earlier lines, search them")
          .row("Ctrl-G", "opens the line in $EDITOR")
          .row("Ctrl-C", "stops an answer or a Java cell, or clears the line")
          .row("Ctrl-D", "leaves")
          .print(screen);
    }
  }
}
