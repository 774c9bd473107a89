package dev.mlxmtp.kernel.display;

import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.Round;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the drafts of some rounds: a table by position, and a strip of the rounds.
 *
 * @param rounds of one answer, or of several
 */
public record AcceptanceView(List<Round> rounds) implements Visual {
  private static final String ACCEPTED = "rgb(0,158,115)";
  private static final String REJECTED = "rgba(213,94,0,.55)";
  private static final int STRIP = 240;
  // Prompt lookup drafts up to 32 tokens a round.
  private static final int TALLEST = 8;

  public AcceptanceView {
    rounds = List.copyOf(rounds);
  }

  /** The figures behind it. */
  public AcceptanceStats stats() {
    return AcceptanceStats.of(rounds);
  }

  /** The table by position. */
  public Grid grid() {
    return grid(stats());
  }

  /** Acceptance by position as a table. */
  public static Grid grid(AcceptanceStats stats) {
    Grid grid = new Grid("position", "drafted", "accepted", "rate");
    for (int i = 0; i < stats.drafted().size(); i++) {
      grid.row(
          "d" + (i + 1),
          stats.drafted().get(i),
          stats.accepted().get(i),
          Figures.proportion(stats.rate(i).orElseThrow()));
    }
    stats
        .rate()
        .ifPresent(
            rate ->
                grid.row(
                    "all",
                    stats.drafted().stream().mapToInt(n -> n).sum(),
                    stats.accepted().stream().mapToInt(n -> n).sum(),
                    Figures.proportion(rate)));
    grid.remark(
        "rate: of the rounds that drafted an n-th token, those in which it and all before it were"
            + " accepted");
    stats
        .tokensPerPass()
        .ifPresent(
            n ->
                grid.remark(
                    stats.rounds()
                        + " rounds, "
                        + Figures.three(n)
                        + " tokens a pass of the model"));
    return grid;
  }

  /** Acceptance by position as bars. */
  public Chart chart() {
    AcceptanceStats stats = stats();
    Map<String, Double> rates = new LinkedHashMap<>();
    for (int i = 0; i < stats.drafted().size(); i++) {
      rates.put("d" + (i + 1), stats.rate(i).orElseThrow());
    }
    return Chart.bars("Acceptance by position in the draft")
        .x("position")
        .y("accepted")
        .percent()
        .series(rates);
  }

  // A column a round, from the bottom: what was accepted, what was not, and the model's own.
  private String strip() {
    int step = 5;
    int depth = rounds.stream().mapToInt(r -> r.drafted().length).max().orElse(0);
    List<Round> shown = rounds.subList(0, Math.min(STRIP, rounds.size()));
    StringBuilder svg =
        new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"")
            .append(shown.size() * step)
            .append("\" height=\"")
            .append(depth * step)
            .append("\" role=\"img\" aria-label=\"drafts of each round\">");
    for (int i = 0; i < shown.size(); i++) {
      Round round = shown.get(i);
      for (int d = 0; d < round.drafted().length; d++) {
        svg.append("<rect x=\"")
            .append(i * step)
            .append("\" y=\"")
            .append((depth - 1 - d) * step)
            .append("\" width=\"4\" height=\"4\" fill=\"")
            .append(d < round.accepted() ? ACCEPTED : REJECTED)
            .append("\"><title>")
            .append(Html.escape(describe(round, i, d)))
            .append("</title></rect>");
      }
    }
    return svg.append("</svg>").toString();
  }

  private static String describe(Round round, int i, int d) {
    return Figures.format(
        "round %d, position %d: head %.3f%s%s, %s",
        i + 1,
        d + 1,
        round.draftProbabilities()[d],
        round.targetProbability(d).stream()
            .mapToObj(p -> Figures.format(", target %.3f", p))
            .findFirst()
            .orElse(""),
        round.targetRank(d).stream().mapToObj(r -> ", rank " + r).findFirst().orElse(""),
        d < round.accepted() ? "accepted" : "not accepted");
  }

  /**
   * The strip for a terminal: a column a round, the draft's first token at the bottom.
   *
   * @param width in columns
   */
  List<String> textStrip(int width, boolean ascii) {
    String marks = ascii ? "#x." : "█░·";
    List<Round> shown = rounds.subList(0, Math.min(STRIP, rounds.size()));
    List<String> lines = new ArrayList<>();
    for (int from = 0; from < shown.size(); from += width) {
      List<Round> part = shown.subList(from, Math.min(shown.size(), from + width));
      int depth = part.stream().mapToInt(r -> r.drafted().length).max().orElse(0);
      boolean cut = depth > TALLEST;
      for (int d = Math.min(depth, TALLEST) - 1; d >= 0; d--) {
        StringBuilder line = new StringBuilder();
        for (Round round : part) {
          line.append(mark(round, d, marks));
        }
        lines.add(line.toString().stripTrailing());
      }
      if (cut) {
        lines.add("(the first " + TALLEST + " of up to " + depth + " drafts)");
      }
      lines.add("");
    }
    lines.add(
        "%s, the draft's first token at the bottom: %c accepted, %c rejected, %c not reached"
            .formatted(extent(), marks.charAt(0), marks.charAt(1), marks.charAt(2)));
    return lines;
  }

  private static char mark(Round round, int d, String marks) {
    if (d >= round.drafted().length) {
      return ' ';
    }
    return switch (Proposal.of(0, round, d).outcome()) {
      case ACCEPTED -> marks.charAt(0);
      case REJECTED -> marks.charAt(1);
      case UNREACHED -> marks.charAt(2);
    };
  }

  private String extent() {
    return rounds.size() > STRIP
        ? "a column a round, the first " + STRIP + " of " + rounds.size()
        : "a column a round";
  }

  @Override
  public void print(Screen screen) {
    grid().print(screen);
    textStrip(Math.max(20, screen.width()), screen.isAscii()).forEach(screen::println);
  }

  @Override
  public Map<String, Object> forms() {
    String table = String.valueOf(grid().forms().get("text/html"));
    return Map.of(
        "text/html",
        table
            + "<div style=\"margin-top:6px\">"
            + strip()
            + "</div><div style=\"font-size:11px;opacity:.7\">"
            + extent()
            + ", the draft's first token at the bottom; green: accepted, orange: not</div>");
  }
}
