package dev.mlxmtp.text.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.TestPaths;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Small templates against what Python's Jinja2 made of them. */
class ExpressionGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-02-03T15:04:05Z"), ZoneOffset.UTC);

  @TestFactory
  List<DynamicTest> rendersAsPythonDoes() throws IOException {
    var variables = new LinkedHashMap<String, Value>();
    JSON.convertValue(
            JSON.readTree(TestPaths.resource("templates/expressions.json").toFile())
                .path("variables"),
            new TypeReference<Map<String, Object>>() {})
        .forEach((name, value) -> variables.put(name, Values.of(value, false)));
    var tests = new ArrayList<DynamicTest>();
    for (var golden :
        JSON.readTree(TestPaths.resource("templates/expressions.golden.json").toFile())) {
      var source = golden.path("template").asText();
      tests.add(dynamicTest(tests.size() + ": " + source, () -> check(source, golden, variables)));
    }
    return tests;
  }

  private static void check(String source, JsonNode golden, Map<String, Value> variables) {
    if (golden.has("text")) {
      assertEquals(
          golden.path("text").asText(), Template.parse(source).render(variables, CLOCK).text());
      return;
    }
    var error =
        assertThrows(
            TemplateException.class, () -> Template.parse(source).render(variables, CLOCK));
    if (golden.path("error").isTextual()) {
      assertEquals(golden.path("error").asText(), error.reason());
    }
  }
}
