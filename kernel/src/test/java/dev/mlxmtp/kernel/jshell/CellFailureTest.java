package dev.mlxmtp.kernel.jshell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Cells that fail, and the shell that lives on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CellFailureTest {
  private JavaShell shell;

  @BeforeAll
  void open() {
    shell =
        JavaShell.open(
            List.of("import java.util.*;", "int divide(int a, int b) { return a / b; }"), w -> {});
  }

  @AfterAll
  void close() {
    shell.close();
  }

  private UncaughtException uncaught(String cell, int number) {
    return assertThrows(UncaughtException.class, () -> shell.eval(cell, number));
  }

  private CompileException rejected(String cell) {
    return assertThrows(CompileException.class, () -> shell.eval(cell));
  }

  @Test
  void oneSentenceWithItsLine() {
    UncaughtException e = uncaught("int a = 1;\n// comment\nint x = 1 / 0;\nint never = 3;", 1);
    assertEquals(
        "ArithmeticException: / by zero, in line 3 of the cell: int x = 1 / 0;", e.getMessage());
    assertEquals("java.lang.ArithmeticException: / by zero\n    at cell line 3", e.details());
    assertInstanceOf(ArithmeticException.class, e.getCause());
    assertEquals(1, shell.eval("a").orElseThrow().value().orElseThrow());
    rejected("never");
  }

  @Test
  void framesAreLinesOfCells() {
    shell.eval("\nint viaDivide(int a) {\n  return divide(a, 0);\n}", 7);
    UncaughtException e =
        uncaught(
            """
            class Caller {
              Caller() { new ArrayList<>(List.of(1)).forEach(x -> call(x)); }
              int call(int x) { return viaDivide(x); }
            }
            Runnable r = () ->
                new Caller();
            r.run();""",
            8);
    assertEquals(
        "ArithmeticException: / by zero, in line 3 of the cell:"
            + " int call(int x) { return viaDivide(x); }",
        e.getMessage());
    assertEquals(
        List.of(
            "java.lang.ArithmeticException: / by zero",
            "    at divide (startup line 1)",
            "    at viaDivide (cell [7] line 3)",
            "    at Caller.call (cell line 3)",
            "    at Caller.<init> (cell line 2)",
            "    at java.base/java.util.ArrayList.forEach",
            "    at Caller.<init> (cell line 2)",
            "    at cell line 6",
            "    at cell line 7"),
        e.details().lines().map(line -> line.replaceAll("\\(ArrayList.*", "")).toList());
  }

  @Test
  void theThrownObjectItselfIsTheCause() {
    shell.eval(
        "class Mine extends Exception { int code = 5; Mine(String m, Throwable c) { super(m, c); } }");
    shell.eval("var mine = new Mine(\"Read failed.\", new java.io.IOException(\"disk\"));");
    Object mine = shell.eval("mine").orElseThrow().value().orElseThrow();
    UncaughtException e = uncaught("mine.addSuppressed(new Error(\"too\"));\nthrow mine;", 3);
    assertSame(mine, e.getCause());
    assertEquals("Mine: Read failed, in line 2 of the cell: throw mine;", e.getMessage());
    assertTrue(e.details().startsWith("Mine: Read failed.\n    at "), e::details);
    assertTrue(
        e.details().contains("\nsuppressed: java.lang.Error: too\n    at cell line 1\n"),
        e::details);
    assertTrue(e.details().contains("\ncaused by: java.io.IOException: disk\n    at "), e::details);
    assertFalse(e.details().contains("JShell"), e::details);
  }

  @Test
  void ofThisProgramOnlyTheDoorIsShown() {
    List<String> lines =
        uncaught("dev.mlxmtp.kernel.jshell.Shared.fail();", 3).details().lines().toList();
    assertEquals(3, lines.size(), lines::toString);
    assertTrue(lines.get(1).contains("Shared.fail(Shared.java:"), lines::toString);
    assertEquals("    at cell line 1", lines.get(2));
  }

  @Test
  void causesMayFormARing() {
    UncaughtException e =
        uncaught(
            "var a = new Exception(\"a\"); var b = new Exception(\"b\", a); a.initCause(b); throw a;",
            3);
    assertEquals(
        3, e.details().lines().filter(line -> line.contains("Exception: ")).count(), e::details);
  }

  @Test
  void messagesOfAnyForm() {
    String cell = "throw new NullPointerException();";
    assertEquals(
        "NullPointerException, in line 1 of the cell: " + cell, uncaught(cell, 1).getMessage());
    assertTrue(
        uncaught("throw new Error(\"a\\n  b\")", 1).getMessage().startsWith("Error: a b, in"));
    String odd =
        "throw new Error() { public String getMessage() { throw new RuntimeException(); } };";
    assertTrue(uncaught(odd, 1).getMessage().contains("(getMessage() throws RuntimeException)"));
  }

  @Test
  void errorsOfTheMachineAreReported() {
    shell.eval("int deep(int n) { return deep(n + 1) + 1; }");
    UncaughtException overflow = uncaught("int n = 0;\ndeep(n);", 2);
    assertInstanceOf(StackOverflowError.class, overflow.getCause());
    assertEquals("StackOverflowError, in line 2 of the cell: deep(n);", overflow.getMessage());
    assertTrue(overflow.details().lines().count() < 40, overflow::details);
    assertTrue(overflow.details().contains(" more …"), overflow::details);
    UncaughtException memory = uncaught("long[][] all = new long[Integer.MAX_VALUE][]", 2);
    assertInstanceOf(OutOfMemoryError.class, memory.getCause());
    UncaughtException start = uncaught("class Bad { static int x = 1 / 0; }\nBad.x", 2);
    assertInstanceOf(ExceptionInInitializerError.class, start.getCause());
    assertEquals(2, shell.eval("1 + 1").orElseThrow().value().orElseThrow());
  }

  @Test
  void expressionsTooDeepForTheCompiler() {
    CompileException e =
        rejected("int fine = 1;\nint x = " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + ";");
    assertTrue(e.getMessage().startsWith("line 2: "), e::getMessage);
    assertEquals(1, shell.eval("fine").orElseThrow().value().orElseThrow());
  }

  @Test
  void compileErrorsPointAtTheirLine() {
    CompileException e = rejected("int ok = 1;\n  int bad = ok +\tfoo;\nint after = 2;");
    assertEquals("line 2: cannot find symbol: variable foo", e.getMessage());
    assertEquals(
        e.getMessage() + "\n    int bad = ok +\tfoo;\n                  \t^^^", e.details());
    assertEquals(1, shell.eval("ok").orElseThrow().value().orElseThrow());
    rejected("after");
  }

  @Test
  void allErrorsOfASnippetAreShown() {
    CompileException e = rejected("\nclass C {\n  int f() { return \"\"; }\n  int g() { }\n}");
    assertEquals(
        "line 3: incompatible types: java.lang.String cannot be converted to int (and 1 more)",
        e.getMessage());
    assertEquals(
        """
        line 3: incompatible types: java.lang.String cannot be converted to int
            int f() { return ""; }
                             ^^
        line 4: missing return statement
            int g() { }
                    ^^^""",
        e.details());
  }

  @Test
  void errorsOfEveryForm() {
    assertEquals("line 1: ';' expected", rejected("1 + 1\n2 + 2").getMessage());
    assertEquals(
        "line 2: reached end of file while parsing",
        rejected("int f() {\n  return 1;\n").getMessage());
    assertEquals(
        "line 1: method divide cannot be applied to given types; required: int,int; found: int;"
            + " reason: actual and formal argument lists differ in length",
        rejected("divide(1)").getMessage());
    assertEquals(
        "line 1: cannot find symbol: method nowhere()", rejected("nowhere()").getMessage());
    assertTrue(rejected("for (;;)").getMessage().startsWith("line 1: "));
    assertTrue(rejected("}").getMessage().startsWith("line 1: "));
    assertTrue(rejected("String s = \"open").getMessage().startsWith("line 1: "));
    assertTrue(rejected("/* open").getMessage().startsWith("line 1: "));
  }

  @Test
  void aSleepingCellEndsAndTheNextOneWorks() throws Exception {
    String header = "import dev.mlxmtp.kernel.jshell.Shared;\n";
    CellException e =
        interrupted(
            header + "Shared.BEGUN.get().countDown();\nThread.sleep(60_000);\nint unreached;");
    assertInstanceOf(CancelledCellException.class, e);
    assertInstanceOf(InterruptedException.class, e.getCause());
    assertEquals(
        "The cell was interrupted, in line 3 of the cell: Thread.sleep(60_000);", e.getMessage());
    assertEquals(
        "java.lang.InterruptedException: sleep interrupted",
        e.details().lines().findFirst().orElseThrow());
    rejected("unreached");
    assertEquals(Optional.empty(), shell.eval("Thread.sleep(1);"));
  }

  @Test
  void noFurtherSnippetStarts() throws Exception {
    String cell =
        """
        dev.mlxmtp.kernel.jshell.Shared.BEGUN.get().countDown();
        while (!Thread.currentThread().isInterrupted()) { Thread.onSpinWait(); }
        int alsoUnreached = 3;
        """;
    CellException e = interrupted(cell);
    assertInstanceOf(CancelledCellException.class, e);
    assertEquals(
        "The cell was interrupted, in line 3 of the cell: int alsoUnreached = 3;", e.getMessage());
    rejected("alsoUnreached");
    assertEquals(
        false,
        shell.eval("Thread.currentThread().isInterrupted()").orElseThrow().value().orElseThrow());
  }

  @Test
  void interruptingNothingDoesNothing() {
    shell.interrupt();
    assertEquals(5, shell.eval("Thread.sleep(1); 5").orElseThrow().value().orElseThrow());
  }

  @Test
  void oneCellAtATime() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<?> sleeping =
          threads.submit(
              () ->
                  ScopedValue.where(Shared.BEGUN, begun)
                      .run(
                          () ->
                              shell.eval(
                                  "dev.mlxmtp.kernel.jshell.Shared.BEGUN.get().countDown(); Thread.sleep(60_000);")));
      assertTrue(begun.await(30, TimeUnit.SECONDS));
      assertThrows(IllegalStateException.class, () -> shell.eval("1"));
      shell.interrupt();
      ExecutionException e = assertThrows(ExecutionException.class, sleeping::get);
      assertInstanceOf(CancelledCellException.class, e.getCause());
    }
  }

  /** What a cell ends with that is interrupted once it counts {@link Shared#BEGUN} down. */
  private CellException interrupted(String cell) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    Thread interrupter =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    if (begun.await(30, TimeUnit.SECONDS)) {
                      Thread.sleep(Duration.ofMillis(100));
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  shell.interrupt();
                });
    try {
      return assertThrows(
          CellException.class,
          () -> ScopedValue.where(Shared.BEGUN, begun).run(() -> shell.eval(cell)));
    } finally {
      interrupter.join();
    }
  }
}
