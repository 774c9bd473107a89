package dev.mlxmtp.kernel.jshell;

import dev.mlxmtp.kernel.jshell.InProcessExecution.Failure;
import dev.mlxmtp.kernel.jshell.Origins.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import jdk.jshell.Diag;
import jdk.jshell.ExpressionSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.VarSnippet;

/**
 * Evaluates cells of Java. A cell is any number of snippets: imports, declarations, statements and
 * expressions, and what it declares stays for the cells after it. Its code runs in this process on
 * the thread that calls {@link #eval}, with the scoped values bound there, and its classes see
 * those of this program. One thread at a time, {@link #interrupt} excepted.
 */
public final class JavaShell implements AutoCloseable {
  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final Splitter splitter;
  private final CellThread thread = new CellThread();
  private final CellLoader loader = new CellLoader();
  private final InProcessExecution execution = new InProcessExecution(loader, thread);
  private final Origins origins = new Origins();
  private final Notices notices;
  private final Failures failures;
  private final Inspector inspector;
  private final HeldValues values;
  private final Consumer<String> warnings;
  private int lastNumber = Cell.STARTUP;

  private JavaShell(Consumer<String> warnings) {
    this.warnings = warnings;
    this.shell = JShell.builder().executionEngine(execution.provider(), Map.of()).build();
    this.analysis = shell.sourceCodeAnalysis();
    this.splitter = new Splitter(analysis);
    this.notices = new Notices(shell);
    this.failures = new Failures(origins, notices);
    this.inspector = new Inspector(shell);
    this.values = new HeldValues(shell, loader);
  }

  /**
   * Starts a shell, which takes about a second.
   *
   * @param startup cells that are evaluated at once: imports, variables
   * @param warnings is told, on the thread that evaluates, what is wrong with a cell that is not
   *     wrong enough to fail: one sentence each
   * @throws CellException where a cell of the start fails
   */
  public static JavaShell open(List<String> startup, Consumer<String> warnings) {
    JavaShell opened = new JavaShell(warnings);
    try {
      startup.forEach(text -> opened.eval(new Cell(Cell.STARTUP, text)));
      return opened;
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  /** {@link #eval(String, int)} under the number after the last one. */
  public Optional<CellValue> eval(String cell) {
    return eval(cell, lastNumber + 1);
  }

  /**
   * Evaluates the snippets of a cell in their order. Where one fails, those before it stay
   * evaluated and those after it are not. A variable such as {@code $3}, made for the value of an
   * expression, lives until 50 younger ones do.
   *
   * @param number by which stack traces of later cells name this one, from 1
   * @return the value of the last snippet, if that is an expression that is not an assignment
   * @throws CompileException where a snippet does not compile
   * @throws UncaughtException where the cell's code throws anything
   * @throws CancelledCellException after {@link #interrupt}
   */
  public Optional<CellValue> eval(String cell, int number) {
    lastNumber = number;
    return eval(new Cell(number, cell));
  }

  private Optional<CellValue> eval(Cell cell) {
    thread.begin();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(loader);
    List<SnippetEvent> events = new ArrayList<>();
    try {
      Optional<CellValue> value = Optional.empty();
      Optional<SnippetSource> next = splitter.next(cell.text(), 0);
      while (next.isPresent()) {
        value = run(cell, next.get(), events);
        next = splitter.next(cell.text(), next.get().end());
      }
      return value;
    } finally {
      Thread.currentThread().setContextClassLoader(before);
      thread.end();
      notices.of(events).forEach(warnings);
    }
  }

  private Optional<CellValue> run(
      Cell cell, SnippetSource snippet, List<SnippetEvent> eventsOfCell) {
    int line = cell.lineOf(snippet.start());
    if (thread.isStopped()) {
      throw Failures.cancelled(cell, line);
    }
    execution.forget();
    List<SnippetEvent> events = compileAndRun(cell, snippet);
    eventsOfCell.addAll(events);
    List<SnippetEvent> own = events.stream().filter(e -> e.causeSnippet() == null).toList();
    own.forEach(e -> origins.add(e.snippet().id(), new Place(cell, line)));
    if (own.isEmpty() || rejected(own).isPresent()) {
      List<Diag> diagnostics = rejected(own).stream().flatMap(shell::diagnostics).toList();
      throw new CompileReport(cell, snippet, diagnostics).exception();
    }
    own.forEach(e -> eventsOfCell.addAll(values.add(e.snippet(), execution.wrapper())));
    Optional<Failure> failure = execution.failure();
    if (failure.isPresent()) {
      throw failures.of(failure.get(), cell, line, thread.isStopped(), own);
    }
    return value(own.getLast().snippet());
  }

  // What the compiler cannot bear, such as an expression a thousand levels deep, is the cell's
  // fault; what the code throws never comes this way.
  private List<SnippetEvent> compileAndRun(Cell cell, SnippetSource snippet) {
    try {
      return shell.eval(snippet.text());
    } catch (RuntimeException | Error e) {
      String sentence =
          "line " + cell.lineOf(snippet.start()) + ": the compiler fails with " + Trace.headline(e);
      throw new CompileException(sentence, sentence, e);
    }
  }

  private static Optional<Snippet> rejected(List<SnippetEvent> events) {
    return events.stream()
        .filter(e -> e.status() == Status.REJECTED)
        .map(SnippetEvent::snippet)
        .findFirst();
  }

  private Optional<CellValue> value(Snippet snippet) {
    Optional<Object> value = execution.value();
    return switch (snippet.subKind()) {
      case VAR_VALUE_SUBKIND, OTHER_EXPRESSION_SUBKIND, TEMP_VAR_EXPRESSION_SUBKIND ->
          switch (snippet) {
            case VarSnippet s -> Optional.of(new CellValue(value, s.typeName(), s.name()));
            case ExpressionSnippet s -> Optional.of(new CellValue(value, s.typeName(), s.name()));
            default -> Optional.empty();
          };
      default -> Optional.empty();
    };
  }

  /**
   * Ends the cell that is being evaluated, if one is: its thread is interrupted, so that it stops
   * where it sleeps or waits, and no further snippet of it starts. From any thread.
   */
  public void interrupt() {
    thread.stop();
  }

  /** Whether a source is a whole cell, judged by its last snippet. */
  public Completeness completeness(String source) {
    return Completeness.of(source, splitter.completeness(source));
  }

  /**
   * What could stand at the cursor. The snippets before it in the cell count as declared.
   *
   * @param cursor offset in the source
   */
  public Completions complete(String source, int cursor) {
    return inspector.complete(source, cursor);
  }

  /**
   * What stands at the cursor: signatures and documentation of a type, a field, or the methods that
   * are or could be called there; the type of a variable.
   *
   * @param cursor offset in the source, anywhere in a name or behind it
   * @return plain text without a newline at the end; absent where nothing is known
   */
  public Optional<String> documentation(String source, int cursor) {
    return inspector.documentation(source, cursor);
  }

  /** What to show in colours, in order; none overlaps another. */
  public List<Highlight> highlights(String source) {
    return new Highlighter(analysis, splitter).of(source);
  }

  /** The variables that cells share, in the order of their declaration, {@code $1} and such too. */
  public List<Variable> variables() {
    return shell
        .variables()
        .filter(v -> shell.status(v) == Status.VALID)
        .map(v -> new Variable(v.name(), v.typeName(), shell.varValue(v)))
        .toList();
  }

  /** The imports in force, each as in source with its semicolon. */
  public List<String> imports() {
    return shell.imports().map(i -> i.source().strip()).toList();
  }

  /**
   * Makes the classes of a jar, or of a folder, known to the cells that follow.
   *
   * @throws IllegalArgumentException where there is no such file
   */
  public void addToClassPath(Path jar) {
    if (!Files.exists(jar)) {
      throw new IllegalArgumentException(
          "There is no " + jar + " to put on the class path; give a jar or a folder of classes.");
    }
    shell.addToClasspath(jar.toAbsolutePath().toString());
  }

  /** Forgets all cells; their objects live on where others hold them. */
  @Override
  public void close() {
    shell.close();
    try {
      loader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
