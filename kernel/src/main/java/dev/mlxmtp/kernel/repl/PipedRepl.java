package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.cell.CellAssistant;
import dev.mlxmtp.kernel.cell.CellReport;
import dev.mlxmtp.kernel.cell.CellResult;
import dev.mlxmtp.kernel.cell.CellRunner;
import dev.mlxmtp.kernel.magic.Workspace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Cells from a pipe, a cell ending where it is complete, without prompts. */
public final class PipedRepl {
  private final CellRunner runner;
  private final CellBorders borders;

  public PipedRepl(CellRunner runner) {
    this.runner = runner;
    this.borders = new CellBorders(new CellAssistant(runner));
  }

  /** How the cells ended. */
  public enum Ending {
    ALL_DONE,
    SOME_FAILED,
    /** The rest did not run. */
    CANCELLED
  }

  /** Runs every cell, also after one that failed, until one is cancelled. */
  public Ending run(InputStream input) throws IOException {
    try (var _ = ProcessStreams.replaced(new CellSource(), System.out)) {
      return runAll(input);
    }
  }

  private Ending runAll(InputStream input) throws IOException {
    var reader = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    Workspace workspace = runner.workspace();
    Ending ending = Ending.ALL_DONE;
    for (Optional<String> cell = next(reader); cell.isPresent(); cell = next(reader)) {
      CellResult result = runner.run(cell.get(), workspace.mode());
      CellReport.tell(result, workspace.screen(), workspace.settings());
      switch (result) {
        case CellResult.Done _ -> {}
        case CellResult.Failed _ -> ending = Ending.SOME_FAILED;
        case CellResult.Cancelled _ -> {
          return Ending.CANCELLED;
        }
      }
    }
    return ending;
  }

  private Optional<String> next(BufferedReader reader) throws IOException {
    String line = reader.readLine();
    if (line == null) {
      return Optional.empty();
    }
    StringBuilder cell = new StringBuilder(line);
    while (borders.isOpen(cell.toString(), runner.workspace().mode())) {
      String more = reader.readLine();
      if (more == null) {
        break;
      }
      cell.append('\n').append(more);
    }
    return Optional.of(borders.source(cell.toString(), runner.workspace().mode()));
  }
}
