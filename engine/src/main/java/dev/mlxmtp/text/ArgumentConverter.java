package dev.mlxmtp.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns the text of an argument into the type that the tool's schema asks for. Text that doesn't
 * fit stays text, so that the tool sees what the model wrote.
 */
final class ArgumentConverter {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int MAX_EXPONENT = 400;

  private ArgumentConverter() {}

  /** A converted value; holds null for JSON's null. */
  private record Converted(Object value) {}

  static Object convert(String text, Optional<Map<?, ?>> schema) {
    var types = new ArrayList<String>();
    schema.ifPresent(s -> collectTypes(s, types, 0));
    boolean isText = types.isEmpty() || Set.of("string").containsAll(types);
    if (isText) {
      return text;
    }
    if (text.strip().equals("null")) {
      return null;
    }
    for (var type : types) {
      var converted = convert(text, type);
      if (converted.isPresent()) {
        return converted.get().value();
      }
    }
    return text;
  }

  /** All types that a schema allows, the ones of alternatives included. */
  private static void collectTypes(Map<?, ?> schema, List<String> types, int depth) {
    switch (schema.get("type")) {
      case String type -> types.add(type);
      case List<?> several -> several.forEach(type -> types.add(String.valueOf(type)));
      case null, default -> {
        if (schema.get("properties") != null) {
          types.add("object");
        } else if (schema.get("items") != null) {
          types.add("array");
        }
      }
    }
    for (var key : List.of("anyOf", "oneOf", "allOf")) {
      if (depth < 8 && schema.get(key) instanceof List<?> options) {
        for (var option : options) {
          if (option instanceof Map<?, ?> other) {
            collectTypes(other, types, depth + 1);
          }
        }
      }
    }
  }

  private static Optional<Converted> convert(String text, String type) {
    var bare = text.strip();
    return switch (type) {
      case "integer", "int" -> number(bare).flatMap(ArgumentConverter::whole);
      case "number", "float" -> number(bare).map(ArgumentConverter::wholeOrReal);
      case "boolean", "bool" ->
          bare.equalsIgnoreCase("true")
              ? Optional.of(new Converted(true))
              : bare.equalsIgnoreCase("false")
                  ? Optional.of(new Converted(false))
                  : Optional.empty();
      case "object" -> data(bare).filter(c -> c.value() instanceof Map);
      case "array" -> data(bare).filter(c -> c.value() instanceof List);
      default -> Optional.empty();
    };
  }

  private static Optional<BigDecimal> number(String text) {
    try {
      var number = new BigDecimal(text);
      boolean sane = Math.abs((long) number.precision() - number.scale()) < MAX_EXPONENT;
      return Optional.of(number).filter(n -> sane);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Converted> whole(BigDecimal number) {
    return number.signum() == 0 || number.stripTrailingZeros().scale() <= 0
        ? Optional.of(new Converted(smallest(number.toBigIntegerExact())))
        : Optional.empty();
  }

  private static Converted wholeOrReal(BigDecimal number) {
    return whole(number).orElseGet(() -> new Converted(number.doubleValue()));
  }

  private static Object smallest(BigInteger value) {
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }

  /** JSON, else a literal of Python. */
  private static Optional<Converted> data(String text) {
    return json(text).map(Converted::new).or(() -> PythonLiteral.parse(text).map(Converted::new));
  }

  /** Parses a whole text as JSON; JSON's null is taken for none. */
  static Optional<Object> json(String text) {
    try {
      return Optional.ofNullable(JSON.readValue(text, new TypeReference<Object>() {}));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
