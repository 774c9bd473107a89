package dev.mlxmtp.kernel.jshell;

import dev.mlxmtp.kernel.jshell.Highlight.Kind;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Attribute;

/** The lexer's words, and what the compiler knows of names. */
final class Highlighter {
  private final SourceCodeAnalysis analysis;
  private final Splitter splitter;

  Highlighter(SourceCodeAnalysis analysis, Splitter splitter) {
    this.analysis = analysis;
    this.splitter = splitter;
  }

  /** In their order; none overlaps another. */
  List<Highlight> of(String source) {
    NavigableMap<Integer, Highlight> byStart = new TreeMap<>();
    JavaLexer.highlights(source).forEach(h -> byStart.put(h.start(), h));
    for (SnippetSource snippet : splitter.all(source)) {
      for (SourceCodeAnalysis.Highlight h : compilers(snippet.text(), analysis)) {
        int start = snippet.start() + h.start();
        int end = snippet.start() + h.end();
        if (h.start() >= 0 && start < end && end <= snippet.end() && isFree(byStart, start, end)) {
          byStart.put(start, new Highlight(start, end, kind(h)));
        }
      }
    }
    return List.copyOf(byStart.values());
  }

  /**
   * JShell's own, of one snippet. None where it throws: at a quote that is not closed, as is typed
   * all the time, and at what is nested too deep.
   */
  static List<SourceCodeAnalysis.Highlight> compilers(String snippet, SourceCodeAnalysis analysis) {
    try {
      return analysis.highlights(snippet);
    } catch (RuntimeException | InternalError | StackOverflowError e) {
      return List.of();
    }
  }

  private static boolean isFree(NavigableMap<Integer, Highlight> taken, int start, int end) {
    var before = taken.lowerEntry(end);
    return before == null || before.getValue().end() <= start;
  }

  private static Kind kind(SourceCodeAnalysis.Highlight highlight) {
    if (highlight.attributes().contains(Attribute.DEPRECATED)) {
      return Kind.DEPRECATED;
    }
    return highlight.attributes().contains(Attribute.KEYWORD) ? Kind.KEYWORD : Kind.DECLARATION;
  }
}
