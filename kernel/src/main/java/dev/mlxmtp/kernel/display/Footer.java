package dev.mlxmtp.kernel.display;

import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The line of figures under an answer, all derived from its rounds. What was not measured has no
 * part in it.
 */
public final class Footer {
  private static final String SEPARATOR = " · ";

  private Footer() {}

  /** The parts of the line, each with what it means. */
  public static List<List<String>> definitions() {
    return List.of(
        List.of("58 tokens", "emitted, the stop token not counted"),
        List.of(
            "210 tok/s",
            "tokens emitted by the rounds ÷ their time; the first token belongs to the prompt's"
                + " pass"),
        List.of("accepted 71%", "drafted tokens that became text ÷ all drafted tokens"),
        List.of(
            "d1 .82 d2 .70",
            "the same by place in the draft: of the rounds that drafted an n-th token, those in"
                + " which it and all before it were accepted"),
        List.of(
            "2.9 tokens/pass",
            "tokens emitted ÷ passes of the model over its weights, the prompt's not counted;"
                + " plain decoding is 1"),
        List.of("TTFT 9 ms", "time from the request to the first token"),
        List.of("mtp, depth 2", "who drafted, and how many tokens a round; plain: nobody"),
        List.of(
            "reused 812 of 840",
            "prompt tokens that the caches held already, of all; the rest was computed"),
        List.of(
            "stop",
            "why it ended: stop (a stop token or text), length (the limit or the context's end),"
                + " cancelled"));
  }

  /**
   * Writes the line.
   *
   * @param sampling how the tokens were chosen
   */
  public static String line(Generation generation, SamplingOptions sampling) {
    List<String> parts = new ArrayList<>();
    parts.add(Figures.tokens(generation.tokens().length));
    generation.tokensPerSecond().ifPresent(speed -> parts.add(Figures.three(speed) + " tok/s"));
    addAcceptance(parts, generation.acceptance());
    if (hasFirstToken(generation)) {
      parts.add("TTFT " + Figures.duration(generation.timeToFirstToken()));
    }
    parts.add(generation.decoder());
    parts.add(prompt(generation));
    if (sampling.temperature() > 0) {
      parts.add("temperature " + Figures.setting(sampling.temperature()));
      parts.add("seed " + sampling.seed());
    }
    parts.add(generation.finishReason().name().toLowerCase(Locale.ROOT));
    return String.join(SEPARATOR, parts);
  }

  /** False where the request was cancelled before its first token, so that no time was taken. */
  public static boolean hasFirstToken(Generation generation) {
    return generation.tokens().length > 0
        || generation.finishReason() != Generation.FinishReason.CANCELLED;
  }

  private static void addAcceptance(List<String> parts, AcceptanceStats stats) {
    if (stats.rate().isEmpty()) {
      return;
    }
    String byPosition =
        IntStream.range(0, stats.drafted().size())
            .mapToObj(i -> "d" + (i + 1) + " " + Figures.proportion(stats.rate(i).orElseThrow()))
            .collect(Collectors.joining(" ", " (", ")"));
    parts.add("accepted " + Figures.percent(stats.rate().getAsDouble()) + byPosition);
    stats.tokensPerPass().ifPresent(n -> parts.add(Figures.format("%.1f", n) + " tokens/pass"));
  }

  private static String prompt(Generation generation) {
    int length = generation.promptTokens().length;
    return generation.reusedTokens() == 0
        ? "prompt " + length
        : "reused " + generation.reusedTokens() + " of " + length;
  }
}
