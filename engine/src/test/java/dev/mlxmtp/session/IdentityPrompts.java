package dev.mlxmtp.session;

import dev.mlxmtp.AcceptanceOracle;
import dev.mlxmtp.bench.PromptSet;
import dev.mlxmtp.text.Message;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What texts with drafts and without are compared on. */
final class IdentityPrompts {
  private IdentityPrompts() {}

  /**
   * At most 60, spread evenly over the 40 chat prompts of the oracle and four of each kind that
   * come with the program.
   */
  static List<Prompt> spread(int count) {
    List<Prompt> all =
        Stream.concat(
                AcceptanceOracle.read().cases().stream().map(c -> withoutThinking(c.prompt())),
                PromptSet.builtin().limit(4).entries().stream()
                    .map(e -> e.raw() ? e.prompt() : withoutThinking(e.text())))
            .toList();
    return IntStream.range(0, count)
        .mapToObj(i -> all.get((2 * i + 1) * all.size() / (2 * count)))
        .toList();
  }

  static Prompt withoutThinking(String message) {
    return new Prompt.Chat(List.of(Message.user(message)), List.of(), Optional.of(false));
  }
}
