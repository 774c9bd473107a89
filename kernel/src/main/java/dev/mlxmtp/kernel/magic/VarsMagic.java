package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Grid;
import dev.mlxmtp.kernel.jshell.JavaShell;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists variables. */
@Command(
    name = "vars",
    description = VarsMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class VarsMagic implements Magic {
  static final String SUMMARY = "Show the variables of the Java cells";

  private static final int WIDTH = 60;
  private static final Pattern PACKAGES = Pattern.compile("\\b([a-z]\\w*\\.)+(?=[A-Z])");

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    Grid grid = new Grid("type", "name", "value");
    workspace
        .java()
        .made()
        .map(JavaShell::variables)
        .orElse(List.of())
        .forEach(
            v ->
                grid.row(
                    PACKAGES.matcher(v.type()).replaceAll(""), v.name(), shortened(v.value())));
    workspace.screen().show(grid);
    return Outcome.DONE;
  }

  private static String shortened(String value) {
    String line = value.replaceAll("\\s*\\R\\s*", " ");
    return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…";
  }
}
