package dev.mlxmtp.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.text.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Whole conversations against what transformers made of them, byte for byte. */
class ChatTemplateGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  List<DynamicTest> rendersAsTransformersDoes() throws IOException {
    var templates = TestPaths.resource("templates");
    var tests = new ArrayList<DynamicTest>();
    for (var name : List.of("qwen_style", "blocks", "macros", "strict")) {
      addTests(name, templates.resolve(name + ".jinja"), tests);
    }
    addTests("demo", TestPaths.demoModel().resolve("chat_template.jinja"), tests);
    return tests;
  }

  private static void addTests(String name, Path file, List<DynamicTest> tests) throws IOException {
    var cases = JSON.readTree(TestPaths.resource("templates/cases.json").toFile());
    var goldens = JSON.readTree(TestPaths.resource("templates/" + name + ".golden.json").toFile());
    var now = LocalDateTime.parse(cases.path("clock").asText()).toInstant(ZoneOffset.UTC);
    var template =
        ChatTemplate.of(
                Files.readString(file),
                JSON.convertValue(
                    cases.path("special_tokens"), new TypeReference<Map<String, String>>() {}))
            .withClock(Clock.fixed(now, ZoneOffset.UTC));
    for (var one : cases.path("cases")) {
      var golden = goldens.path(one.path("name").asText());
      var tools = cases.path("tool_sets").path(one.path("tools").asText());
      tests.add(
          dynamicTest(
              name + ": " + one.path("name").asText(), () -> check(template, one, tools, golden)));
    }
  }

  private static void check(
      ChatTemplate template, JsonNode one, JsonNode toolSet, JsonNode golden) {
    var messages =
        JSON
            .convertValue(one.path("messages"), new TypeReference<List<Map<String, Object>>>() {})
            .stream()
            .map(Message::of)
            .toList();
    List<Map<String, Object>> tools =
        toolSet.isArray() ? JSON.convertValue(toolSet, new TypeReference<>() {}) : List.of();
    Map<String, Object> extra =
        one.has("extra")
            ? JSON.convertValue(one.path("extra"), new TypeReference<>() {})
            : Map.of();
    var options =
        new RenderOptions(
            one.path("add_generation_prompt").asBoolean(true),
            one.has("enable_thinking")
                ? Optional.of(one.path("enable_thinking").asBoolean())
                : Optional.empty(),
            extra);
    if (golden.has("text")) {
      assertEquals(golden.path("text").asText(), template.render(messages, tools, options));
      return;
    }
    var error =
        assertThrows(TemplateException.class, () -> template.render(messages, tools, options));
    assertEquals(golden.path("error").asText(), error.reason());
  }
}
