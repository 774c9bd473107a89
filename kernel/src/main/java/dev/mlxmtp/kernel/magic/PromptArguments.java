package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.bench.PromptSet;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Session;
import dev.mlxmtp.session.SessionException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which prompts are answered. */
final class PromptArguments {
  private static final int DEFAULT_LIMIT = 4;
  private static final int SHOWN = 40;

  @Option(
      names = "--prompts",
      paramLabel = "FILE|builtin",
      description =
          "A file with a prompt a line, or with an object {\"kind\": …, \"prompt\": …} a line,"
              + " \"raw\": true in it for a text to be continued as it is. Default: builtin.")
  private Optional<String> prompts = Optional.empty();

  @Option(
      names = "--kinds",
      paramLabel = "KIND",
      split = ",",
      description =
          "Prompts of these kinds alone. Of the built-in ones there are code, prose, quoting,"
              + " editing and chat. Default: all.")
  private List<String> kinds = List.of();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "So many prompts of each kind at most. Default: 4 of the built-in ones, all of a file.")
  private Optional<Integer> limit = Optional.empty();

  /** True where one of the options was given. */
  boolean isGiven() {
    return prompts.isPresent() || !kinds.isEmpty() || limit.isPresent();
  }

  /**
   * The prompts.
   *
   * @throws MagicException where the options ask for none; so does BenchException
   */
  PromptSet prompts() {
    limit.ifPresent(n -> requirePositive("--limit", n));
    String name = prompts.orElse(PromptSet.BUILTIN);
    boolean builtin = name.equals(PromptSet.BUILTIN);
    PromptSet all = builtin ? PromptSet.builtin() : PromptSet.read(Path.of(name));
    PromptSet some = kinds.isEmpty() ? all : all.only(kinds);
    return limit
        .or(() -> builtin ? Optional.of(DEFAULT_LIMIT) : Optional.empty())
        .map(some::limit)
        .orElse(some);
  }

  /**
   * Sees that the model can answer them all, before the first is answered.
   *
   * @throws MagicException where it can't
   */
  static void requireServable(Session session, PromptSet prompts, SamplingOptions sampling) {
    for (PromptSet.Entry entry : prompts.entries()) {
      try {
        session.check(
            GenerateRequest.builder(entry.prompt())
                .draft(new DraftOptions.None())
                .sampling(sampling)
                .build());
      } catch (SessionException e) {
        throw new MagicException(
            "The prompt `"
                + beginning(entry.text())
                + "` of "
                + prompts.name()
                + " can't be answered: "
                + e.getMessage(),
            e);
      }
    }
  }

  private static String beginning(String text) {
    String line = text.strip().lines().findFirst().orElse("");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }

  /**
   * @throws MagicException where the option's number is not at least 1
   */
  static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new MagicException(option + " needs at least 1, not " + value + ".");
    }
  }
}
