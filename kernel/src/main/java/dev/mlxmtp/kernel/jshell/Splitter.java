package dev.mlxmtp.kernel.jshell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** Takes a cell apart into snippets. */
final class Splitter {
  private final SourceCodeAnalysis analysis;

  Splitter(SourceCodeAnalysis analysis) {
    this.analysis = analysis;
  }

  /** The first snippet from this offset on; absent where nothing but space and comments follows. */
  Optional<SnippetSource> next(String cell, int from) {
    int start = from;
    while (start < cell.length() && Character.isWhitespace(cell.charAt(start))) {
      start++;
    }
    String rest = cell.substring(start);
    if (rest.isEmpty()) {
      return Optional.empty();
    }
    CompletionInfo info;
    try {
      info = analysis.analyzeCompletion(rest);
    } catch (InternalError | StackOverflowError e) {
      // Nested too deep for the parser, which the compiler will say in its turn.
      return Optional.of(asItIs(rest, start, Completeness.UNKNOWN));
    }
    return switch (info.completeness()) {
      case EMPTY -> Optional.empty();
      case COMPLETE, COMPLETE_WITH_SEMI -> {
        int end = cell.length() - info.remaining().length();
        yield Optional.of(new SnippetSource(info.source(), start, end, info.completeness()));
      }
      // The compiler shall say what is missing.
      case UNKNOWN, DEFINITELY_INCOMPLETE, CONSIDERED_INCOMPLETE ->
          Optional.of(asItIs(rest, start, info.completeness()));
    };
  }

  private static SnippetSource asItIs(String rest, int start, Completeness completeness) {
    return new SnippetSource(rest, start, start + rest.length(), completeness);
  }

  /** All snippets. */
  List<SnippetSource> all(String cell) {
    List<SnippetSource> all = new ArrayList<>();
    Optional<SnippetSource> next = next(cell, 0);
    while (next.isPresent()) {
      all.add(next.get());
      next = next(cell, next.get().end());
    }
    return all;
  }

  /** How the cell ends. */
  Completeness completeness(String cell) {
    List<SnippetSource> all = all(cell);
    return all.isEmpty() ? Completeness.EMPTY : all.getLast().completeness();
  }
}
