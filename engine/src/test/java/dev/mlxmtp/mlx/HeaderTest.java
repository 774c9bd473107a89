package dev.mlxmtp.mlx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.TestPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The Java side agrees with {@code mtp.h}: a wrong parameter type or number would not fail at the
 * call but do harm.
 */
class HeaderTest {
  private static final Pattern FUNCTION = Pattern.compile("\\bint (mtp_\\w+)\\(([^)]*)\\);");
  private static final Pattern BIND =
      Pattern.compile("\\bbind\\(\\s*\"(mtp_\\w+)\"((?:\\s*,\\s*[A-Z_]+)*)\\s*\\)");
  private static final Pattern ENUM = Pattern.compile("typedef enum \\{([^}]*)\\} (mtp_\\w+);");

  private static String header;
  private static String binding;
  private static final Map<String, List<String>> ENUMS = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    header = read("natives/include/mtp.h").replaceAll("(?s)/\\*.*?\\*/", "");
    StringBuilder all = new StringBuilder();
    for (String file :
        List.of("Border", "NativeRuntime", "NativeArrays", "NativeOps", "NativeLayers")) {
      all.append(read("engine/src/main/java/dev/mlxmtp/mlx/" + file + ".java"));
    }
    binding = all.toString();
    Matcher m = ENUM.matcher(header);
    while (m.find()) {
      ENUMS.put(
          m.group(2),
          Arrays.stream(m.group(1).split(","))
              .map(entry -> entry.replaceAll("=.*", "").strip())
              .map(name -> name.replaceFirst("^MTP_", ""))
              .toList());
    }
  }

  private static String read(String path) throws IOException {
    return Files.readString(TestPaths.repository().resolve(path));
  }

  private static String layout(String parameter) {
    String p = parameter.strip();
    if (p.contains("*")) {
      return "ADDRESS";
    }
    String type = p.replaceFirst("\\s+\\w+$", "");
    return switch (type) {
      case "mtp_array", "mtp_scope", "int64_t" -> "JAVA_LONG";
      case "int" -> "JAVA_INT";
      case "float" -> "JAVA_FLOAT";
      case "double" -> "JAVA_DOUBLE";
      default -> throw new AssertionError("unknown C type in the header: " + parameter);
    };
  }

  @Test
  void everyFunctionIsBoundWithItsParameters() {
    Map<String, List<String>> declared = new TreeMap<>();
    Matcher functions = FUNCTION.matcher(header);
    while (functions.find()) {
      String parameters = functions.group(2).strip();
      declared.put(
          functions.group(1),
          parameters.equals("void")
              ? List.of()
              : Arrays.stream(parameters.split(",")).map(HeaderTest::layout).toList());
    }
    Map<String, List<String>> bound = new TreeMap<>();
    Matcher binds = BIND.matcher(binding);
    while (binds.find()) {
      List<String> parameters =
          Stream.of(binds.group(2).split(","))
              .map(String::strip)
              .filter(s -> !s.isEmpty())
              .toList();
      bound.put(binds.group(1), parameters);
    }
    assertTrue(declared.size() > 50, "functions found: " + declared.size());
    assertEquals(String.join("\n", lines(declared)), String.join("\n", lines(bound)));
    assertEquals(
        occurrences("bind\\(\\s*\"", binding), bound.size(), "every binding was understood");
  }

  private static List<String> lines(Map<String, List<String>> functions) {
    List<String> lines = new ArrayList<>();
    functions.forEach((name, parameters) -> lines.add(name + parameters));
    return lines;
  }

  private static long occurrences(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().count();
  }

  @Test
  void enumerationsHaveTheSameOrder() {
    assertEquals(ENUMS.get("mtp_dtype"), names(DType.values()));
    assertEquals(ENUMS.get("mtp_quant_mode"), names(QuantMode.values()));
    assertEquals(ENUMS.get("mtp_device"), names(Device.values()));
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).toList();
  }

  // private static final int NAME = value, in Ops, in blocks of one enumeration each.
  @Test
  void codesOfOperations() throws IOException {
    String ops = read("engine/src/main/java/dev/mlxmtp/mlx/Ops.java");
    List<String> names =
        Stream.of("mtp_unary_op", "mtp_binary_op", "mtp_axis_op")
            .flatMap(e -> ENUMS.get(e).stream())
            .toList();
    assertFalse(names.isEmpty());
    assertEquals(names.size(), names.stream().distinct().count(), "no name in two enumerations");
    Matcher m = Pattern.compile("private static final int (\\w+) = (\\d+);").matcher(ops);
    int found = 0;
    while (m.find()) {
      String name = m.group(1);
      int code =
          ENUMS.entrySet().stream()
              .filter(e -> e.getKey().endsWith("_op"))
              .mapToInt(e -> e.getValue().indexOf(name))
              .max()
              .orElseThrow();
      assertEquals(code, Integer.parseInt(m.group(2)), name);
      found++;
    }
    assertTrue(found > 30, "codes found: " + found);
  }

  @Test
  void versionsOfTheInterface() {
    Matcher inHeader = Pattern.compile("#define MTP_ABI_VERSION (\\d+)").matcher(header);
    Matcher inBinding = Pattern.compile("int ABI_VERSION = (\\d+);").matcher(binding);
    assertTrue(inHeader.find() && inBinding.find());
    assertEquals(inHeader.group(1), inBinding.group(1));
  }
}
