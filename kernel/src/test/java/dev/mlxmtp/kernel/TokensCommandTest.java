package dev.mlxmtp.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TokensCommandTest {
  @Test
  void thePiecesAreTheText() {
    Shell shell = Shell.run("tokens", "int size = list.size();");
    assertEquals(0, shell.code(), shell::err);
    String[] lines = shell.out().split("\n");
    assertEquals("int size = list.size();", lines[0].replace("|", ""));
    assertEquals(
        Arrays.stream(lines[1].split(" ")).count(),
        lines[0].chars().filter(c -> c == '|').count() + 1);
    assertEquals(lines[1].split(" ").length + " tokens", shell.err().strip());
  }
}
