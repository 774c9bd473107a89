package dev.mlxmtp.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Parses outputs for the tests, in fragments of many sizes. */
final class OutputParsing {
  private OutputParsing() {}

  static final List<Map<String, Object>> TOOLS =
      List.of(
          Map.of(
              "type",
              "function",
              "function",
              Map.of(
                  "name",
                  "run",
                  "parameters",
                  Map.of(
                      "type",
                      "object",
                      "properties",
                      Map.of(
                          "code", Map.of("type", "string"),
                          "times", Map.of("type", "integer"))))),
          Map.of("name", "free"));

  /** Parses a text whole, by characters, and in random fragments: all must agree. */
  static List<OutputPart> parse(boolean thinking, boolean truncated, String text) {
    var whole = parse(thinking, truncated, List.of(text));
    assertEquals(whole, parse(thinking, truncated, Arrays.asList(text.split(""))), text);
    var random = new Random(text.hashCode());
    for (int i = 0; i < 20; i++) {
      var fragments = new ArrayList<String>();
      for (int at = 0; at < text.length(); ) {
        int end = Math.min(text.length(), at + 1 + random.nextInt(15));
        fragments.add(text.substring(at, end));
        at = end;
      }
      assertEquals(whole, parse(thinking, truncated, fragments), text);
    }
    return whole;
  }

  static List<OutputPart> parse(boolean thinking, boolean truncated, List<String> fragments) {
    var parser = new OutputParser(thinking, TOOLS);
    var parts = new ArrayList<OutputPart>();
    fragments.forEach(fragment -> parts.addAll(parser.push(fragment)));
    parts.addAll(parser.finish(truncated));
    return merged(parts);
  }

  static List<OutputPart> merged(List<OutputPart> parts) {
    var merged = new ArrayList<OutputPart>();
    for (var part : parts) {
      var last = merged.isEmpty() ? null : merged.getLast();
      if (part instanceof OutputPart.Content(String b)
          && last instanceof OutputPart.Content(String a)) {
        merged.set(merged.size() - 1, content(a + b));
      } else if (part instanceof OutputPart.Thinking(String b)
          && last instanceof OutputPart.Thinking(String a)) {
        merged.set(merged.size() - 1, thinking(a + b));
      } else {
        merged.add(part);
      }
    }
    return merged;
  }

  static OutputPart content(String text) {
    return new OutputPart.Content(text);
  }

  static OutputPart thinking(String text) {
    return new OutputPart.Thinking(text);
  }

  static OutputPart call(String name, Object... pairs) {
    var arguments = new LinkedHashMap<String, Object>();
    for (int i = 0; i < pairs.length; i += 2) {
      arguments.put((String) pairs[i], pairs[i + 1]);
    }
    return new OutputPart.ToolCall(name, arguments);
  }

  static void check(String text, OutputPart... expected) {
    assertEquals(List.of(expected), parse(false, false, text));
  }
}
