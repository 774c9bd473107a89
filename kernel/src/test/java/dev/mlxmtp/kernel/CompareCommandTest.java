package dev.mlxmtp.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CompareCommandTest {
  private static final String PROMPT = "Returns the number of elements in this list.";

  @Test
  void everyDepthGivesTheSameText() throws IOException {
    Shell shell =
        Shell.run("compare", "--mtp=0,1,3", "--runs", "1", "--max-tokens", "40", "--json", PROMPT);
    assertEquals(0, shell.code(), shell::err);
    JsonNode rows = new ObjectMapper().readTree(shell.out()).path("rows");
    assertEquals(3, rows.size());
    for (JsonNode row : rows) {
      assertTrue(row.path("identical_to_first").asBoolean(), row::toString);
      assertEquals(40, row.path("tokens").size());
      assertTrue(row.path("speedup").asDouble() > 0, row::toString);
    }
    assertFalse(rows.get(0).has("expected_speedup"), "nothing was drafted");
    assertEquals(3, rows.get(2).path("drafted").size());
    // Without verification's price nothing but acceptance and the drafts' own price count.
    double perPass = rows.get(2).path("tokens_per_pass").asDouble();
    double expected = rows.get(2).path("expected_speedup").asDouble();
    assertTrue(expected > 0 && expected < perPass, () -> expected + " of " + perPass);
  }

  @Test
  void theTableSaysWhatWasCompared() {
    Shell shell =
        Shell.run("compare", "--mtp=0,2", "--runs=1", "--max-tokens=12", "--verify=exact", PROMPT);
    assertEquals(0, shell.code(), shell::err);
    assertTrue(shell.out().contains("identical"), shell::out);
    assertTrue(shell.err().contains("one timed run, greedy, verified exact"), shell::err);
  }
}
