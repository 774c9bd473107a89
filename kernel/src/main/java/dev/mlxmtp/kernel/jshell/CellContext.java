package dev.mlxmtp.kernel.jshell;

import dev.mlxmtp.kernel.jshell.DeclaredName.Kind;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jshell.SourceCodeAnalysis;

/** A cell up to the cursor, as JShell, which knows single snippets, can be asked about it. */
final class CellContext {
  // A block, so that what the snippets before declare is known though none of them has run.
  private static final String BLOCK = "{ ";

  private final List<Earlier> earlier;
  private final Question alone;

  /** A snippet before the one at the cursor. */
  private record Earlier(String text, List<DeclaredName> names) {
    boolean standsInBlock() {
      return !text.startsWith("import") && names.stream().noneMatch(n -> n.kind() == Kind.METHOD);
    }
  }

  /**
   * What JShell is asked.
   *
   * @param text the cursor is at its end
   * @param shift to be added to an offset in the text for the offset in the cell
   */
  record Question(String text, int shift) {}

  CellContext(String source, int cursor, SourceCodeAnalysis analysis) {
    String cut = source.substring(0, cursor);
    List<SnippetSource> snippets = new Splitter(analysis).all(cut);
    boolean open = !snippets.isEmpty() && snippets.getLast().end() == cut.length();
    int start = open ? snippets.getLast().start() : cut.length();
    this.alone = new Question(cut.substring(start), start);
    this.earlier =
        snippets.subList(0, snippets.size() - (open ? 1 : 0)).stream()
            .map(SnippetSource::text)
            .map(text -> new Earlier(text, DeclaredName.in(text, analysis)))
            .toList();
  }

  /** The snippet with those before it, then by itself: not everything can stand in a block. */
  List<Question> questions() {
    String before =
        earlier.stream()
            .filter(Earlier::standsInBlock)
            .map(Earlier::text)
            .collect(Collectors.joining("\n"));
    if (before.isBlank()) {
      return List.of(alone);
    }
    String prefix = BLOCK + before + "\n";
    return List.of(new Question(prefix + alone.text, alone.shift - prefix.length()), alone);
  }

  /** The names that the snippets before declare, methods with an opening parenthesis. */
  List<String> declared() {
    return earlier.stream()
        .flatMap(snippet -> snippet.names.stream())
        .map(n -> n.kind() == Kind.METHOD ? n.name() + "(" : n.name())
        .distinct()
        .toList();
  }
}
