package dev.mlxmtp.kernel.jshell;

import dev.mlxmtp.kernel.jshell.CellContext.Question;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.Suggestion;

/** Says what could stand at the cursor and what stands there. */
final class Inspector {
  private final JShell shell;
  private final SourceCodeAnalysis analysis;

  Inspector(JShell shell) {
    this.shell = shell;
    this.analysis = shell.sourceCodeAnalysis();
  }

  /** See {@link JavaShell#complete}. */
  Completions complete(String source, int cursor) {
    CellContext context = new CellContext(source, cursor, analysis);
    int start = JavaLexer.startOfName(source, cursor);
    List<String> declared =
        isMember(source, start)
            ? List.of()
            : context.declared().stream()
                .filter(name -> name.startsWith(source.substring(start, cursor)))
                .toList();
    for (Question question : context.questions()) {
      int[] anchor = {0};
      List<Suggestion> suggestions =
          analysis.completionSuggestions(question.text(), question.text().length(), anchor);
      int inCell = anchor[0] + question.shift();
      if (!suggestions.isEmpty()) {
        return new Completions(
            inCell, ordered(suggestions, inCell == start ? declared : List.of()));
      }
    }
    return new Completions(start, declared);
  }

  // JShell does not give the local variables that those of the cell are to it here.
  private static List<String> ordered(List<Suggestion> suggestions, List<String> declared) {
    return Stream.of(
            suggestions.stream().filter(Suggestion::matchesType).map(Suggestion::continuation),
            declared.stream(),
            suggestions.stream().filter(s -> !s.matchesType()).map(Suggestion::continuation))
        .flatMap(names -> names)
        .distinct()
        .toList();
  }

  // What stands behind a dot is no variable.
  private static boolean isMember(String source, int start) {
    return source.substring(0, start).stripTrailing().endsWith(".");
  }

  /** See {@link JavaShell#documentation}. */
  Optional<String> documentation(String source, int cursor) {
    int end = JavaLexer.endOfName(source, cursor);
    int start = JavaLexer.startOfName(source, end);
    Optional<String> variable =
        isMember(source, start) ? Optional.empty() : variable(source.substring(start, end));
    return variable
        .or(() -> documented(source.substring(0, end)))
        // A method's name alone is none to JShell; the beginning of its call is.
        .or(() -> start == end ? Optional.empty() : documented(source.substring(0, end) + "("));
  }

  private Optional<String> variable(String name) {
    return shell
        .variables()
        .filter(v -> v.name().equals(name))
        .map(v -> v.typeName() + " " + v.name())
        .findFirst();
  }

  private Optional<String> documented(String source) {
    CellContext context = new CellContext(source, source.length(), analysis);
    for (Question question : context.questions()) {
      List<Documentation> found =
          analysis.documentation(question.text(), question.text().length(), true);
      if (!found.isEmpty()) {
        return Optional.of(
            found.stream().map(Inspector::text).distinct().collect(Collectors.joining("\n\n")));
      }
    }
    return Optional.empty();
  }

  private static String text(Documentation documentation) {
    String javadoc = Optional.ofNullable(documentation.javadoc()).map(JavadocText::of).orElse("");
    return javadoc.isEmpty()
        ? documentation.signature()
        : documentation.signature() + "\n" + javadoc.indent(2).stripTrailing();
  }
}
