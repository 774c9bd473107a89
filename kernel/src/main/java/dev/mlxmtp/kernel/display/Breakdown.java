package dev.mlxmtp.kernel.display;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How often drafted tokens were accepted, by some property of theirs. Only those count that the
 * model judged.
 *
 * @param property by which they are told apart
 * @param rows a row a value
 */
public record Breakdown(String property, List<Row> rows) implements Visual {

  /**
   * The drafts with one value of the property.
   *
   * @param judged that the model's choice was about
   * @param accepted of those
   * @param head mean probability that the drafter gave them
   */
  public record Row(String value, int judged, int accepted, double head) {
    /** Accepted ÷ judged. */
    public double rate() {
      return (double) accepted / judged;
    }
  }

  public Breakdown {
    rows = List.copyOf(rows);
  }

  /**
   * Groups drafts.
   *
   * @param value of a draft; values are listed in their order
   */
  public static <K extends Comparable<K>> Breakdown of(
      String property, List<Proposal> proposals, Function<Proposal, K> value) {
    return of(property, proposals, value, String::valueOf);
  }

  /**
   * Groups drafts, and names the groups.
   *
   * @param value of a draft; values are listed in their order
   * @param label of a value
   */
  public static <K extends Comparable<K>> Breakdown of(
      String property,
      List<Proposal> proposals,
      Function<Proposal, K> value,
      Function<? super K, String> label) {
    Map<K, List<Proposal>> groups =
        proposals.stream()
            .filter(Proposal::judged)
            .collect(Collectors.groupingBy(value, TreeMap::new, Collectors.toList()));
    return new Breakdown(
        property,
        groups.entrySet().stream().map(e -> row(label.apply(e.getKey()), e.getValue())).toList());
  }

  private static Row row(String value, List<Proposal> drafts) {
    return new Row(
        value,
        drafts.size(),
        (int) drafts.stream().filter(Proposal::accepted).count(),
        drafts.stream().mapToDouble(Proposal::head).average().orElse(0));
  }

  /** The table. */
  public Grid grid() {
    Grid grid = new Grid(property, "judged", "accepted", "rate", "drafter's mean probability");
    rows.forEach(
        row ->
            grid.row(
                row.value(),
                row.judged(),
                row.accepted(),
                Figures.proportion(row.rate()),
                Figures.proportion(row.head())));
    grid.remark(
        "judged: drafts in whose place the model chose, all before them being accepted; rate:"
            + " accepted ÷ judged");
    return grid;
  }

  /** The rates, beside what the drafter itself expected. */
  public Chart chart() {
    Map<String, Double> rates = new LinkedHashMap<>();
    Map<String, Double> heads = new LinkedHashMap<>();
    rows.forEach(row -> rates.put(row.value(), row.rate()));
    rows.forEach(row -> heads.put(row.value(), row.head()));
    return Chart.bars("Acceptance by " + property)
        .x(property)
        .percent()
        .series("accepted", rates)
        .series("drafter's mean probability", heads);
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
