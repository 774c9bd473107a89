package dev.mlxmtp.kernel.repl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class QuotedTextTest {
  @Test
  void goesOnUntilTheClosingQuotes() {
    assertFalse(QuotedText.isQuoted("say \"\"\""));
    assertTrue(QuotedText.isOpen("\"\"\""));
    assertTrue(QuotedText.isOpen("\"\"\"\""));
    assertTrue(QuotedText.isOpen("\"\"\"a\nb \"\"\" c"));
    assertFalse(QuotedText.isOpen("\"\"\"\"\"\""));
    assertFalse(QuotedText.isOpen("\"\"\"a\nb\"\"\"  "));
  }

  @Test
  void losesTheQuotesAndNothingElse() {
    assertEquals("a \\\n\n  b", QuotedText.text("\"\"\"\na \\\n\n  b\n\"\"\""));
    assertEquals("\na\n", QuotedText.text("\"\"\"\n\na\n\n\"\"\""));
    assertEquals("one line", QuotedText.text("\"\"\"one line\"\"\""));
    assertEquals("", QuotedText.text("\"\"\"\"\"\""));
    // Where a pipe ends before the quotes come.
    assertEquals("never closed", QuotedText.text("\"\"\"never closed"));
  }
}
