package dev.mlxmtp.kernel.jshell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.kernel.jshell.Completeness.State;
import dev.mlxmtp.kernel.jshell.Highlight.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Help while a cell is typed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CellAssistTest {
  private JavaShell shell;

  @BeforeAll
  void open() {
    shell =
        JavaShell.open(
            List.of(
                "import java.util.*;",
                "String hello = \"hello\"; int helloLength = 5;",
                "int area(int width, int height) { return width * height; }"),
            w -> {});
  }

  @AfterAll
  void close() {
    shell.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 + 1 | COMPLETE | 0",
        "'' | COMPLETE | 0",
        "// a comment | COMPLETE | 0",
        "int x = 1; x | COMPLETE | 0",
        "int x = | INCOMPLETE | 0",
        "int x = 1;\\nvoid f() { | INCOMPLETE | 2",
        "class A {\\n void f() { if (true) { '{' \"{\" | INCOMPLETE | 6",
        "if (true) f() | COMPLETE | 0",
        "for (;;) | INCOMPLETE | 0",
        "f( | INCOMPLETE | 0",
        "\"\"\"\\nabc | INCOMPLETE | 0",
        "/* open | INCOMPLETE | 0",
        "int x = 1; } | INVALID | 0",
        "foo) | INVALID | 0",
        "\"abc | INVALID | 0"
      })
  void completeness(String source, State state, int indent) {
    assertEquals(
        new Completeness(state, " ".repeat(indent)),
        shell.completeness(source.replace("\\n", "\n")));
  }

  /** Completions at the bar. */
  private Completions complete(String marked) {
    int cursor = marked.indexOf('|');
    return shell.complete(marked.replace("|", ""), cursor);
  }

  private Optional<String> documentation(String marked) {
    int cursor = marked.indexOf('|');
    return shell.documentation(marked.replace("|", ""), cursor);
  }

  @Test
  void completionsReplaceFromTheAnchor() {
    Completions completions = complete("hello.index|");
    assertEquals(new Completions(6, List.of("indexOf(")), completions);
    Completions later = complete("int x = 1;\n  x + hello.index| + foo(");
    assertEquals(new Completions(23, List.of("indexOf(")), later);
    assertEquals(List.of(), complete("hello.nonsense|").candidates());
    assertTrue(complete("|").candidates().contains("hello"));
    assertTrue(complete("int x = 1; |").candidates().contains("hello"));
  }

  @Test
  void theExpectedTypeComesFirst() {
    List<String> candidates = complete("int n = hel|").candidates();
    assertEquals(List.of("helloLength", "hello"), candidates);
    assertEquals(candidates.stream().distinct().toList(), candidates);
  }

  @Test
  void whatTheCellDeclaresIsKnown() {
    assertEquals(
        List.of("firstName"),
        complete(
                "import java.util.zip.*;\nvoid f() {}\nvar firstName = \"a\";\nSystem.out.println(firstN|")
            .candidates());
    assertEquals(
        List.of("helloLength", "hellAgain(", "hellish", "hello"),
        complete(
                "void hellAgain(int hellNot) {}\nrecord hellish(int hellNo) {}\n"
                    + "for (int hellWhat = 0; hellWhat < 1; hellWhat++) {}\nint n = hel|")
            .candidates());
    Completions inRecord =
        complete("record Point(int across) {}\nvar p = new Point(1);\nint y = p.acr|;");
    assertEquals(List.of("across", "across()"), inRecord.candidates());
    assertEquals(60, inRecord.anchor());
    assertTrue(
        complete("int a = 1;\nvoid f() { hello.toUpp|").candidates().contains("toUpperCase("));
    // JShell learns of packages beside the work that it is asked for.
    long patience = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    String source = "int a = 1;\nimport java.util.zi|";
    while (complete(source).candidates().isEmpty() && System.nanoTime() < patience) {
      Thread.onSpinWait();
    }
    assertEquals(new Completions(28, List.of("zip.")), complete(source));
    assertEquals(new Completions(17, List.of("zip.")), complete("import java.util.zi|"));
  }

  @Test
  void documentationOfCallsNamesAndVariables() {
    String call = documentation("1 + area(|").orElseThrow();
    assertEquals("int area(int width, int height)", call);
    assertEquals(Optional.of(call), documentation("ar|ea(1, 2)"));
    assertEquals(Optional.of(call), documentation("area(1, |"));
    assertEquals(Optional.of(call), documentation("int x = 3;\nare|a"));
    assertEquals(Optional.of("String hello"), documentation("hel|lo.length()"));
    assertEquals(Optional.empty(), documentation("x + nowhere|"));
    assertEquals(Optional.empty(), documentation("|"));
    String method = documentation("hello.indexO|f").orElseThrow();
    assertTrue(method.startsWith("int String.indexOf(int ch)"), method);
    assertTrue(documentation("Lis|t<String> l").orElseThrow().startsWith("java.util.List<E>"));
    assertTrue(documentation("Math.P|I").orElseThrow().startsWith("Math.PI:double"));
  }

  @Test
  void highlightsKnowWordsAndNames() {
    String source =
        "int x = 1; // one\nvar d = new Date(\"a\", 0x1f);\nrecord P(int a) {}\nString s = \"\"\"\n return\"\"\" + 'c' + true;";
    List<String> shown =
        shell.highlights(source).stream()
            .map(h -> source.substring(h.start(), h.end()) + " " + h.kind())
            .toList();
    assertEquals(
        List.of(
            "int KEYWORD",
            "x DECLARATION",
            "1 NUMBER",
            "// one COMMENT",
            "var KEYWORD",
            "d DECLARATION",
            "new KEYWORD",
            "\"a\" STRING",
            "0x1f NUMBER",
            "record KEYWORD",
            "P DECLARATION",
            "int KEYWORD",
            "a DECLARATION",
            "s DECLARATION",
            "\"\"\"\n return\"\"\" STRING",
            "'c' STRING",
            "true KEYWORD"),
        shown);
    assertTrue(
        shell.highlights("new Date(1, 2, 3)").contains(new Highlight(4, 8, Kind.DEPRECATED)));
  }

  @Test
  void highlightsOfWhatIsBeingTyped() {
    assertEquals(
        List.of(new Highlight(0, 6, Kind.KEYWORD), new Highlight(7, 10, Kind.STRING)),
        shell.highlights("return \"ab"));
    assertEquals(List.of(new Highlight(0, 4, Kind.COMMENT)), shell.highlights("/* a"));
    assertEquals(List.of(), shell.highlights(""));
    assertFalse(shell.highlights("for (int i = 0; i < ").isEmpty());
  }
}
