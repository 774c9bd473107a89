package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Footer;
import dev.mlxmtp.kernel.display.TextTable;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Explains the magics. */
@Command(name = "help", description = "explains the magics, one of them, or the footer")
public final class HelpMagic implements Magic {
  private final Workbench bench;
  private final MagicRegistry registry;

  @Parameters(arity = "0..1", paramLabel = "MAGIC", description = "its name, or footer")
  Optional<String> topic = Optional.empty();

  public HelpMagic(Workbench bench, MagicRegistry registry) {
    this.bench = bench;
    this.registry = registry;
  }

  @Override
  public int run() {
    var out = bench.console().out();
    if (topic.isEmpty()) {
      out.println("A line is a message to the model; a trailing backslash continues it. Magics:");
      TextTable table = new TextTable();
      registry.names().forEach(name -> table.add("%" + name, registry.description(name)));
      out.print(table);
      out.println(
          "Their options: %help MAGIC. The figures under an answer: %help footer. Accepted drafts are tinted.");
      return DONE;
    }
    String name = topic.get().replaceFirst("^%", "");
    if (name.equals("footer")) {
      out.print(Footer.LEGEND);
    } else {
      CommandLine command = registry.command(name);
      command.setCommandName("%" + name);
      out.print(command.getUsageMessage());
    }
    return DONE;
  }
}
