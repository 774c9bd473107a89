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
  // Further positions are in the table of acceptance.
  private static final int SHOWN = 4;

  private static final String SEPARATOR = " · ";

  private static final String SPEED =
      "tokens emitted by the rounds ÷ their time; the first token belongs to the prompt's"
          + " pass";
  private static final String ACCEPTED = "drafted tokens that became text ÷ all drafted tokens";
  private static final String PER_PASS =
      "tokens emitted ÷ passes of the model over its weights, the prompt's not counted;"
          + " plain decoding is 1";
  private static final String FIRST = "time from the request to the first token";
  private static final String DECODER = "who drafted, and how many tokens a round; plain: nobody";
  private static final String REUSED =
      "prompt tokens that the caches held already, of all; the rest was computed";
  private static final String END =
      "why it ended: stop (a stop token or text), length (the limit or the context's end),"
          + " cancelled";

  private Footer() {}

  /** The parts of the line, each with what it means. */
  public static List<List<String>> definitions() {
    return List.of(
        List.of("58 tokens", "emitted, the stop token not counted"),
        List.of("210 tok/s", SPEED),
        List.of("accepted 71%", ACCEPTED),
        List.of(
            "d1 .82 d2 .70",
            "the same by place in the draft: of the rounds that drafted an n-th token, those in"
                + " which it and all before it were accepted"),
        List.of("2.9 tokens/pass", PER_PASS),
        List.of("TTFT 9 ms", FIRST),
        List.of("mtp, depth 2", DECODER),
        List.of("reused 812 of 840", REUSED),
        List.of("stop", END));
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

  /**
   * A figure by itself.
   *
   * @param meaning its definition
   */
  public record Cell(String name, String value, String meaning) {}

  /**
   * The same figures as cells of a table.
   *
   * @param sampling how the tokens were chosen
   */
  public static List<Cell> cells(Generation generation, SamplingOptions sampling) {
    List<Cell> cells = new ArrayList<>();
    AcceptanceStats stats = generation.acceptance();
    cells.add(
        new Cell(
            "tokens",
            String.valueOf(generation.tokens().length),
            "emitted, the stop token not counted"));
    generation
        .tokensPerSecond()
        .ifPresent(v -> cells.add(new Cell("tok/s", Figures.three(v), SPEED)));
    stats.rate().ifPresent(v -> cells.add(new Cell("accepted", Figures.percent(v), ACCEPTED)));
    for (int i = 0; i < Math.min(SHOWN, stats.drafted().size()); i++) {
      String share = stats.accepted().get(i) + " of " + stats.drafted().get(i);
      cells.add(
          new Cell(
              "d" + (i + 1),
              Figures.proportion(stats.rate(i).orElseThrow()),
              share + " drafts at place " + (i + 1) + " were accepted with all before them"));
    }
    if (stats.rate().isPresent()) {
      stats
          .tokensPerPass()
          .ifPresent(v -> cells.add(new Cell("tokens/pass", Figures.three(v), PER_PASS)));
    }
    if (hasFirstToken(generation)) {
      cells.add(new Cell("TTFT", Figures.duration(generation.timeToFirstToken()), FIRST));
    }
    cells.add(new Cell("decoder", generation.decoder(), DECODER));
    int length = generation.promptTokens().length;
    String reused = generation.reusedTokens() + " of " + length + " reused";
    cells.add(
        new Cell(
            "prompt", generation.reusedTokens() == 0 ? String.valueOf(length) : reused, REUSED));
    if (sampling.temperature() > 0) {
      cells.add(
          new Cell(
              "temperature",
              Figures.setting(sampling.temperature()),
              "of the sampling; 0 is greedy"));
      cells.add(new Cell("seed", String.valueOf(sampling.seed()), "of the sampling"));
    }
    cells.add(new Cell("end", generation.finishReason().name().toLowerCase(Locale.ROOT), END));
    return cells;
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
        IntStream.range(0, Math.min(SHOWN, stats.drafted().size()))
            .mapToObj(i -> "d" + (i + 1) + " " + Figures.proportion(stats.rate(i).orElseThrow()))
            .collect(Collectors.joining(" ", " (", stats.drafted().size() > SHOWN ? " …)" : ")"));
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
