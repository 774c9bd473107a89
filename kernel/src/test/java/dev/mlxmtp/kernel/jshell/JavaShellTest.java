package dev.mlxmtp.kernel.jshell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What cells give and leave behind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavaShellTest {
  private final List<String> warnings = new ArrayList<>();
  private JavaShell shell;

  @BeforeAll
  void open() {
    shell =
        JavaShell.open(
            List.of("import java.util.*;\nimport java.util.stream.*;", "var answer = 42;"),
            warnings::add);
  }

  @BeforeEach
  void forget() {
    warnings.clear();
  }

  @AfterAll
  void close() {
    shell.close();
  }

  private Object value(String cell) {
    return shell.eval(cell).orElseThrow().value().orElseThrow();
  }

  @Test
  void theLastExpressionIsTheValue() {
    assertEquals(3, value("1 + 2"));
    assertEquals(42, value("answer"));
    assertEquals(7, value("int seven = 7;\n\nseven // its value"));
    assertEquals(Optional.empty(), shell.eval("1; int last = 2;"));
    assertEquals("b", value("\"a\"; \"b\"; // and a comment\n/* and another */\n"));
    assertEquals(Optional.empty(), shell.eval("seven = 8"));
    assertEquals(8, value("seven"));
    assertEquals(List.of(1, 4, 9), value("Stream.of(1, 2, 3)\n  .map(x -> x * x)\n  .toList()"));
    assertEquals("a\nb\n", value("\"\"\"\na\nb\n\"\"\""));
  }

  @Test
  void namesAndTypes() {
    CellValue held = shell.eval("List.of(\"x\")").orElseThrow();
    assertEquals("List<String>", held.type());
    assertTrue(held.name().matches("\\$\\d+"), held::name);
    assertEquals(List.of("x"), value(held.name()));
    CellValue variable = shell.eval("answer").orElseThrow();
    assertEquals(new CellValue(Optional.of(42), "int", "answer"), variable);
    assertEquals("[\"x\"]", shell.eval("new String[] {\"x\"}").orElseThrow().text());
  }

  @Test
  void nothingAndNullDiffer() {
    assertEquals(Optional.empty(), shell.eval("System.nanoTime(); Thread.yield();"));
    assertEquals(Optional.empty(), shell.eval(""));
    assertEquals(Optional.empty(), shell.eval(" // nothing\n"));
    assertEquals(Optional.empty(), shell.eval(";"));
    assertEquals(Optional.empty(), shell.eval("String none = null;"));
    CellValue none = shell.eval("none").orElseThrow();
    assertEquals(new CellValue(Optional.empty(), "String", "none"), none);
    assertEquals("null", none.text());
    assertEquals(Optional.empty(), shell.eval("(Object) null").orElseThrow().value());
  }

  @Test
  void declarationsOfEveryKindStay() {
    shell.eval(
        """
        sealed interface Shape permits Square, Circle {}
        record Square(double side) implements Shape {}
        record Circle(double radius) implements Shape {}
        enum Unit { CM, M }
        @interface Mark {}
        class Counter {
          int count;
          void add() { count++; }
        }
        double area(Shape shape) {
          return switch (shape) {
            case Square(double side) -> side * side;
            case Circle(double radius) -> 3 * radius * radius;
          };
        }
        """);
    assertEquals(4.0, value("area(new Square(2))"));
    assertEquals("M", value("Unit.M.name()"));
    assertEquals(
        2, value("var counter = new Counter(); counter.add(); counter.add(); counter.count"));
    assertEquals("Square[side=1.0]", shell.eval("new Square(1)").orElseThrow().text());
    assertEquals(List.of(), warnings);
  }

  @Test
  void liveObjectsAreShared() {
    List<String> bound = new ArrayList<>();
    Object seen =
        ScopedValue.where(Shared.LIST, bound)
            .call(
                () ->
                    value(
                        """
                        import dev.mlxmtp.kernel.jshell.Shared;
                        var list = Shared.LIST.get();
                        list.add("from the cell on " + Thread.currentThread().getName());
                        list
                        """));
    assertSame(bound, seen);
    assertEquals(List.of("from the cell on " + Thread.currentThread().getName()), bound);
    assertSame(bound, value("list"));
    assertThrows(UncaughtException.class, () -> shell.eval("Shared.LIST.get()"));
  }

  @Test
  void whatIsDeclaredAnewReplacesTheOld() {
    shell.eval("int twice(int x) { return x + x; }\nint viaTwice(int x) { return twice(x); }");
    assertEquals(6, value("viaTwice(3)"));
    shell.eval("int twice(int x) { return 2 * x + 1; }");
    assertEquals(7, value("viaTwice(3)"));
    shell.eval("String seven = \"sieben\";");
    assertEquals("sieben", value("seven"));
    shell.eval("class Held { int a; }\nHeld holder = new Held();");
    assertEquals(List.of(), warnings);
    shell.eval("class Held { int b; }");
    assertEquals(
        List.of("`holder` has lost its value, since its type was declared anew."), warnings);
    assertEquals(Optional.empty(), shell.eval("holder").orElseThrow().value());
  }

  @Test
  void forwardReferencesAreToldAndMended() {
    shell.eval("int early() { return late() + missing; }");
    assertEquals(
        List.of("`early()` can't be used until method late() and variable missing are declared."),
        warnings);
    UncaughtException e = assertThrows(UncaughtException.class, () -> shell.eval("\nearly();", 5));
    assertEquals(
        "`early()` can't be used until method late() and variable missing are declared, in line 2"
            + " of the cell: early();",
        e.getMessage());
    assertTrue(e.details().endsWith("\n    at cell line 2"), e::details);
    shell.eval("int missing = 1;");
    shell.eval("int late() { return 2; }");
    assertEquals(3, value("early()"));
    warnings.clear();
    shell.eval("Unknown later;");
    assertEquals(List.of("`later` can't be used until class Unknown is declared."), warnings);
  }

  @Test
  void variablesAndImports() {
    try (JavaShell fresh = JavaShell.open(List.of("import java.util.List;"), warnings::add)) {
      fresh.eval("import static java.lang.Math.max;\nint a = max(1, 2), b;\nvar l = List.of('c');");
      fresh.eval("class Odd { public String toString() { throw new RuntimeException(); } }");
      fresh.eval("var odd = new Odd(); String[] words = {\"a\\n\", null}; new int[101]");
      assertEquals(
          List.of(
              new Variable("a", "int", "2"),
              new Variable("b", "int", "0"),
              new Variable("l", "List<Character>", "[c]"),
              new Variable("odd", "Odd", "(a Odd whose toString() throws RuntimeException)"),
              new Variable("words", "String[]", "[\"a\\n\", null]"),
              new Variable("$1", "int[]", "[" + "0, ".repeat(100) + "… 101 in all]")),
          fresh.variables());
      assertEquals(
          List.of("import java.util.List;", "import static java.lang.Math.max;"), fresh.imports());
    }
  }

  @Test
  void jarsJoinTheClassPath(@TempDir Path folder) throws IOException {
    Path jar =
        jar(
            folder,
            "package added; public class Greeter { public static String hi() {"
                + " return \"hi from \" + Greeter.class.getClassLoader().getName(); } }");
    assertThrows(CompileException.class, () -> shell.eval("added.Greeter.hi()"));
    shell.addToClassPath(jar);
    assertEquals("hi from cells", value("import added.Greeter;\nGreeter.hi()"));
    assertEquals(42, value("answer"));
    assertEquals(
        "Greeter",
        value(
            "Thread.currentThread().getContextClassLoader()"
                + ".loadClass(\"added.Greeter\").getSimpleName()"));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> shell.addToClassPath(folder.resolve("no.jar")));
    assertTrue(e.getMessage().contains("no.jar"), e::getMessage);
  }

  private static Path jar(Path folder, String source) throws IOException {
    Path file = Files.writeString(folder.resolve("Greeter.java"), source);
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.toString(), file.toString());
    assertEquals(0, code);
    Path jar = folder.resolve("greeter.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("added/Greeter.class"));
      Files.copy(folder.resolve("added/Greeter.class"), out);
    }
    return jar;
  }

  @Test
  void theProgramsLibrariesAreOnTheClassPath() {
    assertEquals(
        "{\"a\":1}",
        value(
            "new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(Map.of(\"a\", 1))"));
  }

  @Test
  void aCellEvaluatedOftenLeavesLittle() {
    String cell = "int[] big = new int[1_000_000];\nbig.length + 1";
    for (int i = 0; i < 20; i++) {
      assertEquals(1_000_001, value(cell));
    }
    long before = usedHeap();
    for (int i = 0; i < 200; i++) {
      assertEquals(1_000_001, value(cell));
    }
    long grown = usedHeap() - before;
    assertTrue(grown < 8L << 20, () -> "200 evaluations left " + (grown >> 10) + " KiB");
  }

  @Test
  void valuesOfExpressionsMakeRoomForYoungerOnes() {
    try (JavaShell fresh = JavaShell.open(List.of(), warnings::add)) {
      long before = usedHeap();
      fresh.eval("int[] make() { return new int[10_000_000]; }");
      fresh.eval("make()");
      fresh.eval("int length() { return $1.length; }");
      assertEquals(10_000_000, fresh.eval("length()").orElseThrow().value().orElseThrow());
      for (int i = 0; i < HeldValues.MAX - 1; i++) {
        assertEquals(List.of(), warnings);
        fresh.eval("make().length");
      }
      assertEquals(List.of("`length()` can't be used until variable $1 is declared."), warnings);
      assertEquals(HeldValues.MAX, fresh.variables().size());
      assertEquals("$" + (HeldValues.MAX + 1), fresh.variables().getLast().name());
      assertTrue(usedHeap() - before < 30L << 20);
    }
  }

  @Test
  void whatAVariableHeldIsFreed() {
    value("int[] kept = new int[10_000_000]; kept.length");
    long before = usedHeap();
    for (int i = 0; i < 5; i++) {
      // Another source each time, as when a cell is edited and evaluated again.
      assertEquals(
          10_000_000 + i, value("int[] kept = new int[10_000_000 + " + i + "]; kept.length"));
    }
    long grown = usedHeap() - before;
    assertTrue(grown < 40L << 20, () -> "5 declarations left " + (grown >> 10) + " KiB");
  }

  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  @Test
  void aFailingStartIsToldAndLeavesNothing() {
    CompileException e =
        assertThrows(
            CompileException.class, () -> JavaShell.open(List.of("int x = y;"), warnings::add));
    assertEquals("line 1: cannot find symbol: variable y", e.getMessage());
    UncaughtException thrown =
        assertThrows(
            UncaughtException.class,
            () -> JavaShell.open(List.of("throw new Exception(\"no.\");"), warnings::add));
    assertEquals(
        "Exception: no, in line 1 of the startup code: throw new Exception(\"no.\");",
        thrown.getMessage());
    assertTrue(thrown.details().endsWith("at startup line 1"), thrown::details);
  }
}
