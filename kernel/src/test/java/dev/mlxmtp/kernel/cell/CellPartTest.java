package dev.mlxmtp.kernel.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.kernel.magic.MagicLine;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CellPartTest {
  // Enough of Java for where a cell is cut: braces and text blocks.
  private static boolean isOpen(String java) {
    long braces = java.chars().map(c -> c == '{' ? 1 : c == '}' ? -1 : 0).sum();
    long quotes = java.split("\"\"\"", -1).length - 1;
    return braces > 0 || quotes % 2 == 1;
  }

  private static List<CellPart> parts(String cell) {
    return CellPart.of(cell, CellPartTest::isOpen);
  }

  private static CellPart command(String name, String arguments) {
    return new CellPart.Command(new MagicLine(name, arguments, Optional.empty()));
  }

  @Test
  void linesWithTheSignAreCommandsAndTheRestKeepsItsLineNumbers() {
    assertEquals(
        List.of(
            new CellPart.Java("int a = 1;"),
            command("set", "mtp=2"),
            new CellPart.Java("\n\nint b = 2;"),
            command("generate", "a"),
            command("mem", "")),
        parts("int a = 1;\n%set mtp=2\nint b = 2;\n%generate a\n  %mem"));
  }

  @Test
  void aSignInsideOpenJavaIsJava() {
    String text = "var s = \"\"\"\n%generate no\n\"\"\";";
    assertEquals(List.of(new CellPart.Java(text)), parts(text));
    String remainder = "int f(int x) {\n  return x\n% 3;\n}";
    assertEquals(List.of(new CellPart.Java(remainder)), parts(remainder));
  }

  @Test
  void aDoubledSignTakesTheRest() {
    assertEquals(
        List.of(
            new CellPart.Java("int a = 1;"),
            new CellPart.Command(
                new MagicLine("generate", "--mtp=2", Optional.of("one\\\n%two\n\nthree")))),
        parts("int a = 1;\n%%generate --mtp=2\none\\\n%two\n\nthree\n"));
  }

  @Test
  void aBackslashContinuesACommand() {
    assertEquals(
        List.of(command("generate", "one\ntwo"), new CellPart.Java("\n\nint a;")),
        parts("%generate one\\\ntwo\nint a;"));
  }

  @Test
  void emptyCellsHaveNoParts() {
    assertEquals(List.of(), parts(" \n\n"));
  }
}
