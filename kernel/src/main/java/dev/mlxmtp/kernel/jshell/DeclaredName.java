package dev.mlxmtp.kernel.jshell;

import java.util.List;
import java.util.Set;
import jdk.jshell.SourceCodeAnalysis;

/** A name that a snippet declares for those after it. */
record DeclaredName(String name, Kind kind) {
  private static final Set<String> TYPES = Set.of("class", "interface", "enum", "record");

  /** What it names. */
  enum Kind {
    VARIABLE,
    METHOD,
    TYPE
  }

  /**
   * Those of a snippet that was not evaluated. JShell would tell their kinds by {@code
   * sourceToSnippets}, but gives no documentation any more once it was called.
   */
  static List<DeclaredName> in(String snippet, SourceCodeAnalysis analysis) {
    return Highlighter.compilers(snippet, analysis).stream()
        .filter(h -> h.attributes().contains(SourceCodeAnalysis.Attribute.DECLARATION))
        .filter(h -> !JavaLexer.isNested(snippet.substring(0, h.start())))
        // The parameter of a lambda.
        .filter(h -> !rest(snippet, h.end()).startsWith("->"))
        .map(h -> new DeclaredName(snippet.substring(h.start(), h.end()), kind(snippet, h)))
        .toList();
  }

  private static Kind kind(String snippet, SourceCodeAnalysis.Highlight name) {
    String before = snippet.substring(0, name.start()).stripTrailing();
    String word = before.substring(JavaLexer.startOfName(before, before.length()));
    if (TYPES.contains(word)) {
      return Kind.TYPE;
    }
    return rest(snippet, name.end()).startsWith("(") ? Kind.METHOD : Kind.VARIABLE;
  }

  private static String rest(String snippet, int from) {
    return snippet.substring(from).stripLeading();
  }
}
