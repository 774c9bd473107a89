package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Screen;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.kernel.display.Visual;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists cells. */
@Command(
    name = "history",
    description = HistoryMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class HistoryMagic implements Magic {
  static final String SUMMARY = "Show the cells that ran";

  @Parameters(paramLabel = "N", arity = "0..1", description = "So many of the newest. Default: 20.")
  private int newest = 20;

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    workspace.screen().show(new Numbered(workspace.history().newest(newest)));
    return Outcome.DONE;
  }

  private record Numbered(List<CellHistory.Cell> cells) implements Visual {
    @Override
    public void print(Screen screen) {
      for (CellHistory.Cell cell : cells) {
        String number = "%4d  ".formatted(cell.number());
        screen.print(number, Tone.HEADING);
        screen.println(cell.source().replace("\n", "\n" + " ".repeat(number.length())));
      }
    }
  }
}
