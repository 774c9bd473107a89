package dev.mlxmtp.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The REPL without a terminal. */
class PipedReplTest {
  @Test
  void goesOnAfterAFailedCell() {
    Shell shell =
        Shell.pipe(
            """
            %generate --max-tokens 3 hello
            %load /no/such/folder
            %genrate x

            %generate --nonsense hello
            %generate --max-tokens 3 hello
            """);
    assertEquals(2, shell.code());
    List<String> errors = shell.err().lines().toList();
    assertEquals(5, errors.size(), shell::err);
    assertTrue(errors.get(1).contains("/no/such/folder"), shell::err);
    assertTrue(errors.get(2).contains("`%generate`"), shell::err);
    assertTrue(errors.get(3).contains("`--nonsense`"), shell::err);
    assertTrue(errors.get(4).contains("reused 15 of 15"), shell::err);
    List<String> answers = shell.out().lines().toList();
    assertEquals(
        answers.subList(0, answers.size() / 2),
        answers.subList(answers.size() / 2, answers.size()));
    assertFalse((shell.out() + shell.err()).contains("\033"));
    assertFalse(shell.out().contains("chat>"));
  }

  @Test
  void keepsTheConversation() {
    Shell shell =
        Shell.pipe(
            """
            %chat --system "You are brief."
            Returns the sum of two integers.
            Now of \\
            three.
            %chat
            %chat --reset
            %chat
            """);
    assertEquals(0, shell.code(), shell::err);
    List<String> notes = shell.err().lines().toList();
    assertTrue(notes.get(1).contains("prompt "), shell::err);
    assertTrue(notes.get(2).contains("reused "), shell::err);
    assertEquals("a conversation of 5 messages with demo-model", notes.get(3));
    assertEquals("a conversation of 1 message with demo-model", notes.get(5));
  }

  @Test
  void theOldModelSurvivesAFailedLoad() {
    Shell shell = Shell.pipe("%info\n%load /no/such\n%load " + TestPaths.demoModel() + "\n%java\n");
    assertEquals(2, shell.code());
    assertEquals(2, shell.out().lines().filter(line -> line.startsWith("parameters")).count());
    assertEquals(2, shell.err().lines().count(), shell::err);
  }

  @Test
  void nothingToDoIsNoFailure() {
    Shell shell = Shell.pipe("\n\n");
    assertEquals(new Shell(0, "", ""), shell);
  }

  @Test
  void aCellMayEndWithTheInput() {
    Shell shell = Shell.pipe("%help footer\\");
    assertEquals(0, shell.code(), shell::err);
    assertTrue(shell.out().contains("d1 .82"));
  }
}
