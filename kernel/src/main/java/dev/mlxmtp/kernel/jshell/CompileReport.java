package dev.mlxmtp.kernel.jshell;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import jdk.jshell.Diag;

/** What the compiler says of a snippet, in lines of its cell. */
final class CompileReport {
  private static final String MARGIN = "  ";
  private static final String SYMBOL = "symbol:";
  private static final String LOCATION = "location:";

  private final Cell cell;
  private final SnippetSource snippet;
  private final List<Diag> errors;

  CompileReport(Cell cell, SnippetSource snippet, List<Diag> diagnostics) {
    this.cell = cell;
    this.snippet = snippet;
    this.errors = diagnostics.stream().filter(Diag::isError).toList();
  }

  CompileException exception() {
    if (errors.isEmpty()) {
      // To JShell a comment that is never closed is nothing at all.
      String sentence = "line " + cell.lineOf(snippet.start()) + ": the comment is not closed";
      return new CompileException(sentence, sentence);
    }
    String more = errors.size() > 1 ? " (and " + (errors.size() - 1) + " more)" : "";
    return new CompileException(
        headline(errors.getFirst()) + more,
        errors.stream().map(this::withSource).collect(Collectors.joining("\n")));
  }

  private String headline(Diag error) {
    return "line " + cell.lineOf(offset(error.getPosition())) + ": " + sentence(error);
  }

  // The compiler's message takes several lines for a symbol it cannot find and for arguments that
  // do not fit; its location names the class around the snippet, which is none of the user's.
  static String sentence(Diag error) {
    List<String> lines =
        error
            .getMessage(Locale.ENGLISH)
            .lines()
            .map(line -> line.strip().replaceAll("\\s+", " "))
            .filter(line -> !line.isEmpty() && !line.startsWith(LOCATION))
            .toList();
    if (lines.isEmpty()) {
      return error.getCode();
    }
    String first = lines.getFirst().replace("in class cannot", "cannot");
    if (lines.size() == 2 && lines.get(1).startsWith(SYMBOL)) {
      return first + ": " + lines.get(1).substring(SYMBOL.length()).strip();
    }
    String rest = lines.stream().skip(1).collect(Collectors.joining("; "));
    return rest.isEmpty() ? first : first.replaceAll("[;:]$", "") + "; " + rest;
  }

  private String withSource(Diag error) {
    int start = offset(error.getStartPosition());
    int end = Math.max(start + 1, offset(error.getEndPosition()));
    int lineStart = start == 0 ? 0 : cell.text().lastIndexOf('\n', start - 1) + 1;
    int newline = cell.text().indexOf('\n', start);
    int lineEnd = newline < 0 ? cell.text().length() : newline;
    String line = cell.text().substring(lineStart, lineEnd);
    // Tabs stay, so that the marks stand below what they mark.
    String blank = cell.text().substring(lineStart, start).replaceAll("[^\t]", " ");
    String marks = "^".repeat(Math.max(1, Math.min(end, lineEnd) - start));
    return headline(error) + "\n" + MARGIN + line + "\n" + MARGIN + blank + marks;
  }

  // Behind the cell's last character where the compiler misses something at the end.
  private int offset(long position) {
    int inCell = position == Diag.NOPOS ? snippet.start() : snippet.start() + (int) position;
    return Math.min(inCell, cell.text().length());
  }
}
