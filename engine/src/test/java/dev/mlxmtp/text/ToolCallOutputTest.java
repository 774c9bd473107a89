package dev.mlxmtp.text;

import static dev.mlxmtp.text.OutputParsing.call;
import static dev.mlxmtp.text.OutputParsing.check;
import static dev.mlxmtp.text.OutputParsing.content;
import static dev.mlxmtp.text.OutputParsing.parse;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tool calls, as they should be and as models really write them. */
class ToolCallOutputTest {
  @Test
  void callsInTheirProperForm() {
    check(
        "I run it.\n\n<tool_call>\n<function=run>\n<parameter=code>\nx = \"1\"\n\n  y\n</parameter>\n"
            + "<parameter=times>\n2\n</parameter>\n</function>\n</tool_call>",
        content("I run it."),
        call("run", "code", "x = \"1\"\n\n  y", "times", 2L));
    check(
        "<tool_call>\n<function=free>\n</function>\n</tool_call>\n<tool_call>\n<function=run>\n"
            + "<parameter=code>\n\n5\n\n</parameter>\n</function>\n</tool_call>\n",
        call("free"),
        call("run", "code", "\n5\n"));
    check(
        "<tool_call>\n<function=free>\n</function>\n</tool_call>\n\nDone.\n",
        call("free"),
        content("Done.\n"));
  }

  @Test
  void callsWithoutTheOuterTag() {
    check(
        "Ok\n<function=run>\n<parameter=code>\nls\n</parameter>\n</function>\nthen",
        content("Ok"),
        call("run", "code", "ls"),
        content("then"));
    check(
        "<function=run>\n<parameter=code>\nls\n</parameter>\n</function>\n</tool_call>",
        call("run", "code", "ls"));
    check(
        "<function=run>\n<parameter=code>\nls\n</parameter>\n</tool_call>",
        call("run", "code", "ls"));
    check("<function=run>\n<parameter=code>\nls\n</parameter>\n", call("run", "code", "ls"));
    check("a <function=unknown> b <function", content("a <function=unknown> b <function"));
  }

  @Test
  void closingTagsThatAreMissing() {
    check(
        "<tool_call>\n<function=run>\n<parameter=code>\nls\n</parameter>\n</tool_call>",
        call("run", "code", "ls"));
    check(
        "<tool_call>\n<function=run>\n<parameter=code>\nls\n<parameter=times>\n3\n</parameter>\n"
            + "</function>\n</tool_call>",
        call("run", "code", "ls", "times", 3L));
    check(
        "<tool_call>\n<function=run>\n<parameter=code>\nls\n</function>\n</tool_call>",
        call("run", "code", "ls"));
    check(
        "<tool_call>\n<function=run>\n<parameter=code>\nls\n</tool_call>",
        call("run", "code", "ls"));
    check(
        "<tool_call>\n<function=run>\n<parameter=code>\nls\n</tool_call>\n<tool_call>\n"
            + "<function=free>\n</function>\n</tool_call>",
        call("run", "code", "ls"),
        call("free"));
    check(
        "<tool_call>\n<function=free>\n</function>\n<tool_call>\n<function=free>\n</function>\n"
            + "</tool_call>",
        call("free"),
        call("free"));
    for (var end :
        List.of("</parameter>\n</function>", "</parameter>", "", "</para", "</parameter>\n</fun")) {
      check("<tool_call>\n<function=run>\n<parameter=code>\nls\n" + end, call("run", "code", "ls"));
    }
    check(
        "<tool_call>\n<function=free>\n</function>\n<function=free>\n</function>\n</tool_call>",
        call("free"),
        call("free"));
  }

  @Test
  void textThatLooksLikeTagsInsideArguments() {
    for (var code :
        List.of(
            "a </parameter> b",
            "a </function> b",
            "echo '</tool_call>'",
            "<tool_call> <function=free> </tool_call>",
            "x <parameter=times> y",
            "\n<parameter=other>\nz",
            "</tool_call>\nmore",
            "</function>\nmore",
            "<think>\n</think>",
            "if a < b and c > d:\n  pass")) {
      check(
          "<tool_call>\n<function=run>\n<parameter=code>\n"
              + code
              + "\n</parameter>\n</function>\n</tool_call>",
          call("run", "code", code));
    }
  }

  @Test
  void jsonInsideTheTag() {
    check(
        "<tool_call>\n{\"name\": \"run\", \"arguments\": {\"code\": \"</tool_call>\", \"times\": 1}}\n"
            + "</tool_call>",
        call("run", "code", "</tool_call>", "times", 1));
    check(
        "<tool_call>{\"name\": \"free\", \"arguments\": \"{\\\"a\\\": null}\"}</tool_call>x",
        call("free", "a", null),
        content("x"));
    check("<tool_call>\n{\"name\": \"free\"}", call("free"));
    check(
        "<tool_call>\n{\"name\": \"free\", \"argu",
        content("<tool_call>\n{\"name\": \"free\", \"argu"));
  }

  @Test
  void aCallThatWasCutShortIsContent() {
    var start = "<tool_call>\n<function=run>\n<parameter=code>\nrm -rf build";
    assertEquals(List.of(content(start)), parse(false, true, start));
    assertEquals(
        List.of(content(start + "/x\n</parameter>\n")),
        parse(false, true, start + "/x\n</parameter>\n"));
    assertEquals(
        List.of(call("run", "code", "rm -rf build")),
        parse(false, true, start + "\n</parameter>\n</function>\n"));
  }

  @Test
  void whatIsNoCallIsShown() {
    check("a <b> c < d <tool_", content("a <b> c < d <tool_"));
    check("<tool_call>\nnothing\n</tool_call>", content("<tool_call>\nnothing\n</tool_call>"));
    check("ends in space  \n", content("ends in space  \n"));
    check(" ".repeat(3000) + "x", content(" ".repeat(3000) + "x"));
  }

  @Test
  void withoutToolsEverythingIsContent() {
    var parser = new OutputParser(false, List.of());
    var text = "<tool_call>\n<function=run>\n</function>\n</tool_call>";
    var parts = new ArrayList<>(parser.push(text));
    parts.addAll(parser.finish(false));
    assertEquals(List.of(content(text)), parts);
  }

  @Test
  void longArgumentsTakeLinearTime() {
    var code = "if (a < b) { c(\"</x>\"); }\n".repeat(8_000);
    var text =
        "<tool_call>\n<function=run>\n<parameter=code>\n"
            + code
            + "\n</parameter>\n</function>\n</tool_call>";
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertEquals(
                List.of(call("run", "code", code)),
                parse(false, false, Arrays.asList(text.split("")))));
  }
}
