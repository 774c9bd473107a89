package dev.mlxmtp.session;

import dev.mlxmtp.AcceptanceOracle;
import dev.mlxmtp.bench.PromptSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What texts with drafts and without are compared on. */
final class IdentityPrompts {
  private IdentityPrompts() {}

  /**
   * At most 60, spread evenly over the 40 chat prompts of the oracle and four of each kind that
   * come with the program.
   */
  static List<String> spread(int count) {
    List<String> all =
        Stream.concat(
                AcceptanceOracle.read().cases().stream().map(AcceptanceOracle.Case::prompt),
                PromptSet.builtin().limit(4).entries().stream().map(PromptSet.Entry::text))
            .toList();
    return IntStream.range(0, count)
        .mapToObj(i -> all.get((2 * i + 1) * all.size() / (2 * count)))
        .toList();
  }
}
