package dev.mlxmtp.text;

import static dev.mlxmtp.text.OutputParsing.TOOLS;
import static dev.mlxmtp.text.OutputParsing.check;
import static dev.mlxmtp.text.OutputParsing.content;
import static dev.mlxmtp.text.OutputParsing.parse;
import static dev.mlxmtp.text.OutputParsing.thinking;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Thinking, content, and what holds for any output. */
class OutputParserTest {
  @Test
  void outputBeginsInsideTheThinkBlock() {
    assertEquals(
        List.of(thinking("hm < 5 </thin\n\nso"), content("Yes.\n  No.\n")),
        parse(true, false, "\nhm < 5 </thin\n\nso\n</think>\n\nYes.\n  No.\n"));
    assertEquals(List.of(thinking("hm")), parse(true, false, "hm\n"));
    assertEquals(List.of(thinking("hm </thi")), parse(true, true, "hm </thi"));
    assertEquals(List.of(content("Yes.")), parse(true, false, "\n\n</think>\n\nYes."));
    assertEquals(List.of(thinking("a"), content("b")), parse(true, false, "<think>\na</think>b"));
    assertEquals(
        List.of(thinking("a"), content("  b </think>")),
        parse(true, false, "a</think>\n  b </think>"));
    assertEquals(List.of(), parse(true, false, ""));
  }

  @Test
  void anOpeningTagCanBePartOfTheOutput() {
    assertEquals(
        List.of(thinking("a"), content("b")), parse(false, false, "\n<think>\na\n</think>\n\nb"));
    check("say <think> twice", content("say <think> twice"));
    check("  indented", content("  indented"));
    check("<thin", content("<thin"));
  }

  @Test
  void promptsTellWhetherThinkingIsOpen() {
    assertTrue(OutputParser.opensThinking("<|im_start|>assistant\n<think>\n"));
    assertFalse(OutputParser.opensThinking("assistant\n<think>\n\n</think>\n\n"));
    assertFalse(OutputParser.opensThinking("assistant\n"));
  }

  @Test
  void callsInsideThinkingAreNone() {
    assertEquals(
        List.of(thinking("<tool_call>\n<function=free>\n</function>\n</tool_call>"), content("Hi")),
        parse(true, false, "<tool_call>\n<function=free>\n</function>\n</tool_call></think>Hi"));
  }

  @Test
  void contentIsGivenOutAtOnce() {
    var parser = new OutputParser(true, TOOLS);
    assertEquals(List.of(thinking("a b")), parser.push("a b"));
    assertEquals(List.of(content("c")), parser.push("\n</think>\nc "));
    assertEquals(List.of(content(" d")), parser.push("d <tool"));
    assertEquals(List.of(content(" <tools")), parser.push("s"));
  }

  /** Any text: the parser never fails, and fragments make no difference. */
  @Test
  void randomOutputIsParsedTheSameInAnyFragments() {
    var random = new Random(11);
    var pieces =
        List.of(
            "<tool_call>",
            "</tool_call>",
            "<function=run>",
            "<function=free>",
            "</function>",
            "<parameter=code>",
            "</parameter>",
            "<parameter=times>",
            "<think>",
            "</think>",
            "\n",
            "x",
            " ",
            "<",
            "{\"name\": \"free\"}",
            "5",
            "😀");
    for (int i = 0; i < 4000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(14); n > 0; n--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      parse(random.nextBoolean(), random.nextBoolean(), text.toString());
    }
  }
}
