package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GridTest {
  private static String text(Visual visual) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    visual.print(new StreamScreen(stream, stream, StreamScreen.Look.plain()));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void numbersAreAlignedAtTheRight() {
    Grid grid = new Grid("name", "n", "share").row("é", 5, ".50").row("long", 120, "—");
    assertEquals(
        """
        name    n  share
        é       5    .50
        long  120      —
        """,
        text(grid.remark("")).replaceAll("\n\n$", "\n"));
  }

  @Test
  void markupInCellsIsText() {
    String html = String.valueOf(new Grid("a").row("<b>").forms().get("text/html"));
    assertTrue(html.contains("&lt;b&gt;") && !html.contains("<b>"), html);
  }

  @Test
  void aRowFillsAllColumns() {
    assertThrows(IllegalArgumentException.class, () -> new Grid("a", "b").row(1));
  }
}
