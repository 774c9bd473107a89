package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Figures;
import dev.mlxmtp.kernel.display.Table;
import dev.mlxmtp.mlx.Memory;
import dev.mlxmtp.session.Resident;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Memory of the device, the session and Java. */
@Command(
    name = "mem",
    description = MemMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class MemMagic implements Magic {
  static final String SUMMARY = "Show what memory is held, and by what";

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    Table table = new Table();
    workspace
        .resident()
        .ifPresentOrElse(
            session -> held(table, session.resident()), () -> table.row("model", "none"));
    Memory device = Memory.now();
    table
        .gap()
        .row("MLX in use", Figures.bytes(device.active()))
        .row("MLX at most", Figures.bytes(device.peak()) + " since the newest request began")
        .row("MLX kept for reuse", Figures.bytes(device.cache()))
        .row("native handles", String.valueOf(Memory.liveHandles()));
    Runtime java = Runtime.getRuntime();
    table.gap().row("Java heap", Figures.bytes(java.totalMemory() - java.freeMemory()));
    residentSet().ifPresent(bytes -> table.row("whole process", Figures.bytes(bytes)));
    workspace.screen().show(table);
    return Outcome.DONE;
  }

  private static void held(Table table, Resident held) {
    table
        .row("weights", Figures.bytes(held.weights()))
        .row("keys and values", Figures.bytes(held.kv()))
        .row("DeltaNet states", Figures.bytes(held.state()))
        .row("saved points", Figures.bytes(held.points()))
        .row("context used", Figures.tokens(held.contextTokens()));
  }

  // Linux tells it of the process; elsewhere it stays unknown.
  private static OptionalLong residentSet() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
