package dev.mlxmtp.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AcceptanceCommandTest {
  private static final String ASK =
      "%generate --max-tokens 60 --ignore-eos --draft DRAFT Returns the number of elements in this"
          + " list.\n";

  private static Shell after(String draft, String command) {
    Shell shell = Shell.pipe(ASK.replace("DRAFT", draft) + command + "\n");
    assertEquals(0, shell.code(), shell::err);
    return shell;
  }

  @Test
  void theStripHasALegend() {
    Shell shell = after("mtp", "%acceptance");
    assertTrue(shell.out().contains("a column a round"), shell::out);
    assertTrue(shell.err().contains("once --draft auto has measured a plain pass"), shell::err);
  }

  @Test
  void greedyDraftsAreAcceptedWhereTheyAreTheLikeliest() {
    Shell shell = after("mtp", "%acceptance --by rank");
    Matcher row =
        Pattern.compile("(?m)^ *(\\d\\S*|101 and more) +(\\d+) +(\\d+) ").matcher(shell.out());
    int rows = 0;
    while (row.find()) {
      List<String> cells = List.of(row.group(1), row.group(2), row.group(3));
      assertEquals(row.group(1).equals("1") ? row.group(2) : "0", row.group(3), cells::toString);
      rows++;
    }
    assertTrue(rows >= 2, shell::out);
  }

  @Test
  void confidenceIsACurveWithItsDiagonal() {
    Shell shell = after("mtp", "%acceptance --by confidence");
    assertTrue(shell.out().contains("A accepted   B diagonal"), shell::out);
    assertTrue(shell.err().contains("apart on average"), shell::err);
  }

  @Test
  void copiesHaveNoConfidence() {
    Shell shell =
        Shell.pipe(
            "%generate --raw --draft ngram --max-tokens 40 int a = 1; int a = 1; int a = 1;\n"
                + "%acceptance --by depth\n%acceptance --by confidence\n");
    assertTrue(shell.out().contains("judged"), shell::out);
    assertTrue(shell.err().contains("The MTP head drafted nothing"), shell::err);
  }

  @Test
  void whatAutoTaughtIsNoTableOfRounds() {
    Shell shell = Shell.pipe("%generate --max-tokens 2 x\n%acceptance --arms --by class\n");
    assertTrue(shell.err().contains("--by is about rounds"), shell::err);
  }

  @Test
  void whatASweepTakesIsNotPassedOverWithoutOne() {
    Shell shell = Shell.pipe("%generate --max-tokens 2 x\n%acceptance --temperature 0.7\n");
    assertTrue(shell.err().contains("--temperature is about a sweep"), shell::err);
  }

  @Test
  void whatIsSetForAllCommandsIsNoSweepsAlone() {
    Shell shell = after("auto", "%set temperature=0.7\n%acceptance --arms");
    assertTrue(shell.out().contains("mtp, depth 8"), shell::out);
  }

  @Test
  void anotherModelHasGivenNoAnswerYet() {
    Shell shell =
        Shell.pipe(
            ASK.replace("DRAFT", "mtp") + "%load " + TestPaths.demoModel() + "\n%acceptance\n");
    assertTrue(shell.err().contains("Nothing was answered yet"), shell::err);
  }

  @Test
  void whatAutoKnowsIsExplained() {
    Shell shell = after("auto", "%acceptance --all\n%acceptance --arms");
    assertTrue(shell.out().contains("mtp, depth 8"), shell::out);
    assertTrue(shell.err().contains("× plain: "), shell::err);
    assertTrue(shell.err().contains("a plain pass takes "), shell::err);
    assertTrue(shell.err().contains("so it d"), shell::err);
  }
}
