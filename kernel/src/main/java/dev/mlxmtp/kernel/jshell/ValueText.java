package dev.mlxmtp.kernel.jshell;

import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How a value reads in a line. */
final class ValueText {
  private static final int MAX_ELEMENTS = 100;
  private static final int MAX_DEPTH = 4;

  private ValueText() {}

  static String of(Optional<Object> value) {
    return text(value.orElse(null), 0);
  }

  private static String text(Object value, int depth) {
    return switch (value) {
      case null -> "null";
      case String s -> '"' + escaped(s, '"') + '"';
      case Character c -> "'" + escaped(c.toString(), '\'') + "'";
      case Object[] a -> elements(a.length, i -> depth < MAX_DEPTH ? text(a[i], depth + 1) : "…");
      case int[] a -> elements(a.length, i -> Integer.toString(a[i]));
      case long[] a -> elements(a.length, i -> Long.toString(a[i]));
      case float[] a -> elements(a.length, i -> Float.toString(a[i]));
      case double[] a -> elements(a.length, i -> Double.toString(a[i]));
      case boolean[] a -> elements(a.length, i -> Boolean.toString(a[i]));
      case char[] a -> elements(a.length, i -> text(a[i], depth));
      case byte[] a -> elements(a.length, i -> Byte.toString(a[i]));
      case short[] a -> elements(a.length, i -> Short.toString(a[i]));
      default -> own(value);
    };
  }

  private static String elements(int length, IntFunction<String> element) {
    String shown =
        IntStream.range(0, Math.min(length, MAX_ELEMENTS))
            .mapToObj(element)
            .collect(Collectors.joining(", "));
    return "[" + shown + (length > MAX_ELEMENTS ? ", … " + length + " in all]" : "]");
  }

  // A cell's class may do anything in its toString; that it fails is no failure of the shell.
  private static String own(Object value) {
    try {
      return SnippetNames.expunged(String.valueOf(value.toString()));
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return "(a "
          + SnippetNames.simple(value.getClass())
          + " whose toString() throws "
          + SnippetNames.simple(e.getClass())
          + ")";
    }
  }

  private static String escaped(String text, char quote) {
    StringBuilder escaped = new StringBuilder();
    for (char c : text.toCharArray()) {
      switch (c) {
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\t' -> escaped.append("\\t");
        case '\\' -> escaped.append("\\\\");
        default -> {
          if (c == quote) {
            escaped.append('\\').append(c);
          } else if (Character.isISOControl(c)) {
            escaped.append(String.format("\\u%04x", (int) c));
          } else {
            escaped.append(c);
          }
        }
      }
    }
    return escaped.toString();
  }
}
