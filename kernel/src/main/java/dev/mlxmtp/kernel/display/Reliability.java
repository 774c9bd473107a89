package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether a drafter's probabilities are to be relied on: what it gave its drafts against how many
 * were accepted.
 *
 * @param bins drafts by the tenth that their probability lies in
 */
public record Reliability(Breakdown bins) implements Visual {
  private static final int TENTHS = 10;

  /** Of all drafts that the model judged. */
  public static Reliability of(List<Proposal> proposals) {
    return new Reliability(
        Breakdown.of("head's probability", proposals, p -> tenth(p.head()), Reliability::label));
  }

  private static int tenth(double probability) {
    return Math.clamp((int) (probability * TENTHS), 0, TENTHS - 1);
  }

  private static String label(int tenth) {
    return Figures.proportion(tenth / 10.0) + "–" + Figures.proportion((tenth + 1) / 10.0);
  }

  /** How far probability and acceptance are apart, on average over the drafts. */
  public double error() {
    double judged = bins.rows().stream().mapToInt(Breakdown.Row::judged).sum();
    return bins.rows().stream()
        .mapToDouble(row -> row.judged() / judged * Math.abs(row.rate() - row.head()))
        .sum();
  }

  /** The table, with counts. */
  public Grid grid() {
    return bins.grid()
        .remark(
            "probability and acceptance are "
                + Figures.proportion(error())
                + " apart on average; above the diagonal the drafter is too modest, below it too"
                + " sure");
  }

  /** The curve and the diagonal, on which it lies where probabilities are right. */
  public Chart chart() {
    List<Double> means = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    bins.rows().forEach(row -> means.add(row.head()));
    bins.rows().forEach(row -> rates.add(row.rate()));
    return Chart.lines("Reliability of the head's probabilities")
        .x(Axis.percent("head's mean probability").range(0, 1))
        .y("accepted")
        .percent()
        .yRange(0, 1)
        .series("accepted", means, rates)
        .series("diagonal", List.of(0, 1), List.of(0, 1));
  }

  @Override
  public void print(Screen screen) {
    grid().print(screen);
  }

  @Override
  public Map<String, Object> forms() {
    return grid().forms();
  }
}
