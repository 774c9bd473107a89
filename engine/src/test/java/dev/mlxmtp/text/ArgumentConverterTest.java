package dev.mlxmtp.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArgumentConverterTest {
  private static void check(Object type, String text, Object expected) {
    assertEquals(expected, ArgumentConverter.convert(text, Optional.of(Map.of("type", type))));
  }

  @Test
  void stringsStayStrings() {
    check("string", "123", "123");
    check("string", "null", "null");
    check("string", "{\"a\": 1}", "{\"a\": 1}");
    assertEquals("123", ArgumentConverter.convert("123", Optional.empty()));
    assertEquals("true", ArgumentConverter.convert("true", Optional.of(Map.of())));
  }

  @Test
  void numbersAreRead() {
    check("integer", " 5 ", 5L);
    check("integer", "5.0", 5L);
    check("integer", "-1e3", -1000L);
    check("integer", "5.5", "5.5");
    check("integer", "five", "five");
    check("integer", "123456789012345678901", new java.math.BigInteger("123456789012345678901"));
    check("integer", "1e999999999", "1e999999999");
    check("number", "5", 5L);
    check("number", "2.5", 2.5);
    check("number", "x", "x");
  }

  @Test
  void truthAndNothing() {
    check("boolean", "True", true);
    check("boolean", "FALSE", false);
    check("boolean", "maybe", "maybe");
    check("integer", "null", null);
    check(List.of("string", "null"), "null", null);
    check(List.of("string", "null"), "5", "5");
  }

  @Test
  void structuresAreJsonOrPython() {
    check("object", "{\"a\": [1, 2.5, null]}", Map.of("a", Arrays.asList(1, 2.5, null)));
    check(
        "object",
        "{'a': True, 'b': ('x', None,), \"c\": -3}",
        Map.of("a", true, "b", Arrays.asList("x", null), "c", -3L));
    check("array", "['it\\'s', \"q\\n\"]", List.of("it's", "q\n"));
    check("array", "[]", List.of());
    check("array", "{\"a\": 1}", "{\"a\": 1}");
    check("object", "{broken", "{broken");
    check("array", "[".repeat(5000), "[".repeat(5000));
  }

  @Test
  void alternativesAreTriedInOrder() {
    var either =
        Map.of(
            "anyOf",
            List.of(
                Map.of("type", "integer"), Map.of("type", "boolean"), Map.of("type", "string")));
    assertEquals(5L, ArgumentConverter.convert("5", Optional.of(either)));
    assertEquals(true, ArgumentConverter.convert("true", Optional.of(either)));
    assertEquals("x", ArgumentConverter.convert("x", Optional.of(either)));
    assertEquals(
        List.of(1),
        ArgumentConverter.convert("[1]", Optional.of(Map.of("items", Map.of("type", "integer")))));
  }
}
