package dev.mlxmtp.kernel.repl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Cells from a pipe, one a line, without prompts. */
public final class PipedRepl {
  private final CellRunner runner;

  public PipedRepl(CellRunner runner) {
    this.runner = runner;
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
    var reader = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    Ending ending = Ending.ALL_DONE;
    for (Optional<String> cell = next(reader); cell.isPresent(); cell = next(reader)) {
      switch (runner.run(cell.get())) {
        case DONE -> {}
        case FAILED -> ending = Ending.SOME_FAILED;
        case CANCELLED -> {
          return Ending.CANCELLED;
        }
      }
    }
    return ending;
  }

  private static Optional<String> next(BufferedReader reader) throws IOException {
    String line = reader.readLine();
    if (line == null) {
      return Optional.empty();
    }
    StringBuilder cell = new StringBuilder(line);
    while (Continuation.isOpen(cell)) {
      String more = reader.readLine();
      if (more == null) {
        break;
      }
      cell.append('\n').append(more);
    }
    return Optional.of(Continuation.join(cell.toString()));
  }
}
