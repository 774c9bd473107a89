package dev.mlxmtp.kernel.cell;

import dev.mlxmtp.kernel.cell.Suggestions.Suggestion;
import dev.mlxmtp.kernel.jshell.Completeness;
import dev.mlxmtp.kernel.jshell.Completions;
import dev.mlxmtp.kernel.jshell.JavaShell;
import dev.mlxmtp.kernel.magic.MagicLine;
import dev.mlxmtp.kernel.magic.MagicRegistry;
import dev.mlxmtp.kernel.magic.Workspace;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** Helps with writing a cell: completes it, explains it, and tells where it ends. */
public final class CellAssistant {
  private final Workspace workspace;
  private final MagicRegistry registry;
  private final MagicCompletion magics;

  public CellAssistant(CellRunner runner) {
    this.workspace = runner.workspace();
    this.registry = runner.registry();
    this.magics = new MagicCompletion(registry, Path.of("").toAbsolutePath());
  }

  /** What could stand at the cursor. */
  public Suggestions complete(String cell, int cursor, Workspace.Mode mode) {
    int start = cell.lastIndexOf('\n', cursor - 1) + 1;
    String line = cell.substring(start, cursor);
    if (MagicLine.isMagic(line.stripLeading())) {
      int blank = line.length() - line.stripLeading().length();
      return magics.complete(line.stripLeading(), start + blank);
    }
    if (mode == Workspace.Mode.CHAT || MagicLine.isCellMagic(cell)) {
      return Suggestions.none(cursor);
    }
    Completions found = shell().complete(javaOnly(cell), cursor);
    List<Suggestion> all =
        found.candidates().stream().map(c -> new Suggestion(c, "", false)).toList();
    return new Suggestions(found.anchor(), cursor, all);
  }

  /** What stands at the cursor, in words; absent where nothing is known. */
  public Optional<String> explain(String cell, int cursor) {
    int start = cell.lastIndexOf('\n', cursor - 1) + 1;
    int end = cell.indexOf('\n', cursor) < 0 ? cell.length() : cell.indexOf('\n', cursor);
    String line = cell.substring(start, end).strip();
    if (MagicLine.isMagic(line)) {
      String name = MagicLine.of(line).name();
      return registry.contains(name)
          ? Optional.of(registry.commandLine(name).getUsageMessage(Ansi.OFF).strip())
          : Optional.empty();
    }
    return MagicLine.isCellMagic(cell)
        ? Optional.empty()
        : shell().documentation(javaOnly(cell), cursor);
  }

  /** Whether a cell of Java and commands is whole. */
  public Completeness completeness(String cell) {
    if (MagicLine.isCellMagic(cell.stripLeading())) {
      // As everywhere that cells are typed line by line, an empty line ends it.
      boolean open = !cell.endsWith("\n");
      return new Completeness(
          open ? Completeness.State.INCOMPLETE : Completeness.State.COMPLETE, "");
    }
    List<CellPart> parts = CellPart.of(cell, this::isOpen);
    if (parts.isEmpty() || parts.getLast() instanceof CellPart.Command) {
      boolean goesOn = Continuation.isOpen(cell);
      return new Completeness(
          goesOn ? Completeness.State.INCOMPLETE : Completeness.State.COMPLETE, "");
    }
    for (CellPart part : parts) {
      if (part instanceof CellPart.Java(String code)) {
        Completeness java = shell().completeness(code);
        if (java.state() != Completeness.State.COMPLETE) {
          return java;
        }
      }
    }
    return new Completeness(Completeness.State.COMPLETE, "");
  }

  private boolean isOpen(String java) {
    return shell().completeness(java).state() == Completeness.State.INCOMPLETE;
  }

  // Commands become blanks, so that places stay where they are.
  private static String javaOnly(String cell) {
    return Arrays.stream(cell.split("\n", -1))
        .map(line -> MagicLine.isMagic(line.stripLeading()) ? " ".repeat(line.length()) : line)
        .collect(Collectors.joining("\n"));
  }

  private JavaShell shell() {
    return workspace.java().shell();
  }
}
