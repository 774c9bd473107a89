package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.cell.CellAssistant;
import dev.mlxmtp.kernel.cell.Suggestions;
import dev.mlxmtp.kernel.magic.Workspace;
import java.util.List;
import java.util.function.Supplier;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Hands suggestions to JLine, which replaces the whole word at the cursor. */
final class CellCompleter implements Completer {
  private final CellAssistant assistant;
  private final Supplier<Workspace.Mode> mode;
  private final Shielded shielded;

  CellCompleter(CellAssistant assistant, Supplier<Workspace.Mode> mode, Shielded shielded) {
    this.assistant = assistant;
    this.mode = mode;
    this.shielded = shielded;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    Suggestions found =
        shielded.call(() -> assistant.complete(line.line(), line.cursor(), mode.get()));
    int word = line.cursor() - line.wordCursor();
    if (found.start() < word) {
      return;
    }
    String kept = line.line().substring(word, found.start());
    for (Suggestions.Suggestion s : found.all()) {
      candidates.add(
          new Candidate(
              kept + s.value(),
              s.value(),
              null,
              s.about().isEmpty() ? null : s.about(),
              null,
              null,
              s.complete()));
    }
  }
}
