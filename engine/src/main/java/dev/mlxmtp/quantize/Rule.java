package dev.mlxmtp.quantize;

import dev.mlxmtp.checkpoint.QuantFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What becomes of the tensors whose canonical name matches.
 *
 * @param pattern {@code *} stands for any characters, {@code |} between alternatives
 * @param format empty: the tensor keeps its type
 * @param reason for the plan, in a few words
 */
public record Rule(String pattern, Optional<QuantFormat> format, String reason) {

  static Rule keep(String pattern, String reason) {
    return new Rule(pattern, Optional.empty(), reason);
  }

  static Rule use(String pattern, QuantFormat format, String reason) {
    return new Rule(pattern, Optional.of(format), reason);
  }

  boolean matches(String canonicalName) {
    String regex =
        Stream.of(pattern.split("\\|"))
            .map(
                glob ->
                    Stream.of(glob.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")))
            .collect(Collectors.joining("|"));
    return canonicalName.matches(regex);
  }
}
