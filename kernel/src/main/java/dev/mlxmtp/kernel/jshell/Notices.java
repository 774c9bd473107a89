package dev.mlxmtp.kernel.jshell;

import java.util.List;
import java.util.Optional;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.SnippetEvent;

/** What the author of a cell should know though it compiled. */
final class Notices {
  private final JShell shell;

  Notices(JShell shell) {
    this.shell = shell;
  }

  /** What is still true at the end of a cell, of all that became of snippets in it. */
  List<String> of(List<SnippetEvent> events) {
    return events.stream().flatMap(event -> of(event).stream()).distinct().toList();
  }

  private Optional<String> of(SnippetEvent event) {
    if (event.snippet() instanceof DeclarationSnippet declaration) {
      Status now = shell.status(declaration);
      if (now == Status.RECOVERABLE_DEFINED || now == Status.RECOVERABLE_NOT_DEFINED) {
        return Optional.of(lacks(declaration) + ".");
      }
      if (isReset(event)) {
        return Optional.of(
            name(declaration) + " has lost its value, since its type was declared anew.");
      }
    }
    return Optional.empty();
  }

  // JShell replaces the class that holds a variable when it replaces that of the variable's type.
  private static boolean isReset(SnippetEvent event) {
    return event.causeSnippet() != null
        && event.snippet().kind() == Snippet.Kind.VAR
        && event.previousStatus() == Status.VALID
        && event.status() == Status.VALID
        && event.isSignatureChange();
  }

  /** Why a declaration can't be used yet; a sentence without its full stop. */
  String lacks(DeclarationSnippet declaration) {
    List<String> missing = shell.unresolvedDependencies(declaration).toList();
    if (missing.isEmpty()) {
      String errors =
          shell
              .diagnostics(declaration)
              .findFirst()
              .map(CompileReport::sentence)
              .orElse("it does not compile");
      return name(declaration) + " can't be used: " + errors;
    }
    return name(declaration)
        + " can't be used until "
        + String.join(" and ", missing)
        + (missing.size() == 1 ? " is declared" : " are declared");
  }

  private static String name(DeclarationSnippet declaration) {
    return "`" + declaration.name() + (declaration instanceof MethodSnippet ? "()`" : "`");
  }
}
