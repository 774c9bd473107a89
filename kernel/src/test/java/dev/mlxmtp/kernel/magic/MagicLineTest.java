package dev.mlxmtp.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MagicLineTest {
  private static final MagicRegistry REGISTRY = new MagicRegistry(MagicRegistry.Caller.REPL);

  private static final String HOME = System.getProperty("user.home");

  private static List<String> words(String cell) {
    MagicLine line = MagicLine.of(cell);
    return line.words(REGISTRY.spec(line.name()));
  }

  static Stream<Arguments> cells() {
    return Stream.of(
        cell("%generate hello there", "--", "hello there"),
        cell("%generate  --mtp=2 \"text with spaces\"", "--mtp=2", "--", "text with spaces"),
        cell("%generate --mtp it's a \"test\"", "--mtp", "--", "it's a \"test\""),
        cell("%generate --mtp 2 apples", "--mtp", "--", "2 apples"),
        cell("%generate --seed 7 x", "--seed", "7", "--", "x"),
        cell("%generate --stop \"a b\" --stop='c' x", "--stop", "a b", "--stop=c", "--", "x"),
        cell("%generate --stop \"\\n\" x", "--stop", "\n", "--", "x"),
        cell("%generate --stop a\\ b x", "--stop", "a b", "--", "x"),
        cell("%generate --raw -- --mtp is an option", "--raw", "--", "--mtp is an option"),
        cell("%generate \"a\" and \"b\"", "--", "\"a\" and \"b\""),
        cell("%generate \"say \\\"hi\\\"\"", "--", "say \"hi\""),
        cell("%generate 'a''b'", "--", "ab"),
        cell("%generate \"never closed", "--", "\"never closed"),
        cell("%generate one\n  two\\n  three", "--", "one\n  two\\n  three"),
        cell("%generate --nonsense=1 x", "--nonsense=1", "--", "x"),
        cell("%generate - ", "--", "-"),
        cell("%generate --seed", "--seed"),
        cell("%generate"),
        cell("%%generate --mtp=2\n- \"a\"\n\n  b\n", "--mtp=2", "--", "- \"a\"\n\n  b"),
        cell("%%generate Write:\n\"b\"", "--", "Write:\n\"b\""),
        cell("%%generate\n--raw", "--", "--raw"),
        cell("%load 'my models'/a\\ b --dtype float32", "my models/a b", "--dtype", "float32"),
        cell("%save ~/a", HOME + "/a"),
        cell("%save '~/a'", "~/a"),
        cell("%set mtp=3 show=off", "mtp=3", "show=off"),
        cell("%set mtp=3\n  show=off", "mtp=3", "show=off"),
        cell("%timeit -n 3 f(\"x\", -1)", "-n", "3", "--", "f(\"x\", -1)"));
  }

  private static Arguments cell(String cell, String... words) {
    return Arguments.of(cell, List.of(words));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void takesOptionsApartAndLeavesTheRest(String cell, List<String> words) {
    assertEquals(words, words(cell));
  }

  @Test
  void namesEndAtWhiteSpace() {
    assertEquals(new MagicLine("info", "", Optional.empty()), MagicLine.of("%info"));
    assertEquals(new MagicLine("chat", "hi", Optional.empty()), MagicLine.of("%chat\nhi"));
    assertEquals(new MagicLine("", "x", Optional.empty()), MagicLine.of("% x"));
  }

  @Test
  void nearestNames() {
    List<String> names = List.of("generate", "load", "info", "help");
    assertEquals(List.of("generate"), Nearest.to("genrate", names));
    assertEquals(List.of("generate"), Nearest.to("gen", names));
    assertEquals(List.of("load"), Nearest.to("laod", names));
    assertEquals(List.of(), Nearest.to("quantize", names));
    assertEquals(1, Nearest.distance("ab", "ba"));
    assertEquals(3, Nearest.distance("", "abc"));
  }
}
