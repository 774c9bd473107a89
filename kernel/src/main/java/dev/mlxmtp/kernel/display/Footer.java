package dev.mlxmtp.kernel.display;

import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.session.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The line of figures under an answer, all from its rounds. What was not measured is not there. */
public final class Footer {
  /** What the figures mean. */
  public static final String LEGEND =
      """
      tokens        emitted, without the stop token
      tok/s         tokens after the first ÷ the time from the first to the last
      accepted      drafted tokens that the model chose too ÷ all drafted tokens
      d1, d2, …     the same by place in the draft; a place counts only where all before it were right
      tokens/pass   tokens after the first ÷ passes of the model (rounds)
      TTFT          time to first token, from the request
      reused        prompt tokens taken from the caches, of all prompt tokens
      """;

  private Footer() {}

  public static String of(Generation g) {
    AcceptanceStats stats = g.acceptance();
    List<String> parts = new ArrayList<>();
    parts.add(g.tokens().length + (g.tokens().length == 1 ? " token" : " tokens"));
    g.tokensPerSecond().ifPresent(speed -> parts.add(format("%.0f tok/s", speed)));
    stats
        .rate()
        .ifPresent(rate -> parts.add(format("accepted %.0f%% (%s)", 100 * rate, byPlace(stats))));
    if (stats.rate().isPresent()) {
      stats.tokensPerPass().ifPresent(n -> parts.add(format("%.1f tokens/pass", n)));
    }
    parts.add("TTFT " + duration(g.timeToFirstToken()));
    if (g.reusedTokens() > 0) {
      parts.add("reused " + g.reusedTokens() + " of " + g.promptTokens().length);
    }
    parts.add(g.decoder());
    parts.add(
        switch (g.finishReason()) {
          case STOP -> "stop";
          case LENGTH -> "length";
          case CANCELLED -> "cancelled";
        });
    return String.join(" · ", parts);
  }

  private static String byPlace(AcceptanceStats stats) {
    List<String> places = new ArrayList<>();
    for (int i = 0; i < stats.drafted().size(); i++) {
      int place = i;
      stats
          .rate(place)
          .ifPresent(
              rate -> {
                String figure = format("%.2f", rate);
                places.add(
                    "d"
                        + (place + 1)
                        + " "
                        + (figure.startsWith("0") ? figure.substring(1) : figure));
              });
    }
    return String.join(" ", places);
  }

  private static String duration(long nanoseconds) {
    double ms = nanoseconds / 1e6;
    return ms >= 1000 ? format("%.1f s", ms / 1000) : format("%.0f ms", ms);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
