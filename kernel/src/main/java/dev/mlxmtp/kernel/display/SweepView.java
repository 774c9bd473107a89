package dev.mlxmtp.kernel.display;

import dev.mlxmtp.bench.Machine;
import dev.mlxmtp.bench.SweepPlan;
import dev.mlxmtp.bench.SweepResult;
import dev.mlxmtp.bench.SweepRow;
import dev.mlxmtp.bench.SweepSetting;
import dev.mlxmtp.bench.Variants;
import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.session.ModelInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A sweep: where it was made, a table by setting, one by kind of prompt, and a plot of what a pass
 * yields by depth.
 */
public record SweepView(Machine machine, ModelInfo model, SweepResult result) {
  static final String UNKNOWN = "—";

  /** Everything, in the order to be shown. */
  public List<Visual> visuals() {
    List<Visual> all = new ArrayList<>(List.of(new Table().rows(conditions()), settings()));
    if (kinds().size() > 1) {
      all.add(byKind());
    }
    all.addAll(charts());
    return all.stream().<Visual>map(Spaced::new).toList();
  }

  private SweepPlan plan() {
    return result.plan();
  }

  List<String> kinds() {
    return plan().prompts().kinds();
  }

  SweepLabels labels() {
    return new SweepLabels(plan().settings());
  }

  /** What was measured, and where: a name and its value each. */
  List<List<String>> conditions() {
    List<List<String>> rows = new ArrayList<>(Conditions.rows(machine, model));
    rows.add(List.of("sampling", sampling()));
    rows.add(List.of("prompts", plan().prompts().name() + ": " + prompts()));
    rows.add(List.of("answers", "up to " + Figures.tokens(plan().maxTokens())));
    if (!result.isComplete()) {
      rows.add(
          List.of(
              "unfinished",
              result.records().size() + " of " + plan().cells().size() + " answers are there"));
    }
    return rows;
  }

  private String prompts() {
    return kinds().stream()
        .map(kind -> plan().prompts().only(List.of(kind)).entries().size() + " " + kind)
        .collect(Collectors.joining(", "));
  }

  private String sampling() {
    List<Double> temperatures = labels().temperatures();
    if (temperatures.equals(List.of(0.0)) && plan().sampling().isArgmax()) {
      return "greedy";
    }
    String text =
        "temperature "
            + temperatures.stream().map(Figures::setting).collect(Collectors.joining(" and "))
            + ", "
            + SamplingText.rules(plan().sampling());
    if (samples().isEmpty()) {
      return text;
    }
    long first = plan().sampling().seed();
    return text
        + ", seed"
        + (plan().repeat() == 1
            ? " " + first
            : "s " + first + " to " + (first + plan().repeat() - 1))
        + ", coupling "
        + plan().coupling();
  }

  private List<SweepSetting> samples() {
    return plan().settings().stream().filter(s -> s.temperature() > 0).toList();
  }

  /** A row a setting. */
  public Grid settings() {
    SweepLabels labels = labels();
    List<SweepRow> rows = result.rows();
    int deepest = deepest(rows);
    boolean compared = rows.stream().anyMatch(row -> row.asPlain().isPresent());
    List<String> headings = new ArrayList<>(labels.headings());
    headings.addAll(List.of("answers", "accepted"));
    for (int i = 1; i <= deepest; i++) {
      headings.add("d" + i);
    }
    headings.addAll(List.of("accepted/pass", "tokens/pass"));
    if (labels.hasVariants()) {
      headings.add("÷ standard");
    }
    if (compared) {
      headings.add("as plain");
    }
    Grid grid = new Grid(headings.toArray(String[]::new));
    for (SweepRow row : rows) {
      List<Object> cells = new ArrayList<>(labels.cells(row.setting()));
      cells.add(row.answers());
      cells.add(figure(row.counts().overall().rate(), Figures::proportion));
      for (int i = 0; i < deepest; i++) {
        cells.add(figure(row.counts().at(i).rate(), Figures::proportion));
      }
      cells.add(figure(row.counts().acceptedPerPass(), Figures::three));
      cells.add(figure(row.counts().tokensPerPass(), Figures::three));
      if (labels.hasVariants()) {
        cells.add(figure(againstStandard(row, rows), Figures::three));
      }
      if (compared) {
        cells.add(asPlain(row));
      }
      grid.row(cells.toArray());
    }
    remarks().forEach(grid::remark);
    return grid;
  }

  static int deepest(List<SweepRow> rows) {
    return Math.min(8, rows.stream().mapToInt(r -> r.counts().drafted().size()).max().orElse(0));
  }

  static String asPlain(SweepRow row) {
    return row.asPlain().map(share -> share.part() + " of " + share.whole()).orElse(UNKNOWN);
  }

  /**
   * Tokens a pass ÷ those with the head fed as trained, else alike; absent for itself, and where
   * the two did not answer the same prompts yet.
   */
  static OptionalDouble againstStandard(SweepRow row, List<SweepRow> rows) {
    OptionalDouble own = row.counts().tokensPerPass();
    OptionalDouble standard =
        row.setting().variant().equals(MtpVariant.standard())
            ? OptionalDouble.empty()
            : of(
                row.setting().standard(),
                rows.stream().filter(other -> other.answers() == row.answers()).toList());
    return own.isPresent() && standard.isPresent()
        ? OptionalDouble.of(own.getAsDouble() / standard.getAsDouble())
        : OptionalDouble.empty();
  }

  private static OptionalDouble of(SweepSetting setting, List<SweepRow> rows) {
    return rows.stream()
        .filter(row -> row.setting().equals(setting))
        .map(row -> row.counts().tokensPerPass())
        .findFirst()
        .orElse(OptionalDouble.empty());
  }

  /** What the figures mean. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    remarks.add(
        "d1, d2 …: of the drafts at that place, those kept, all before them being kept too; none"
            + " past a text's end counts");
    if (labels().merges()) {
      remarks.add("chain is of no consequence at depth 1, where nothing is chained");
    }
    if (plan().settings().stream().anyMatch(s -> s.drafter().equals("auto"))) {
      remarks.add(
          "auto drafts as it pays on this machine, by what it learnt before: its rows are not"
              + " repeated to the digit");
    }
    if (plan().repeat() > 1 && labels().temperatures().contains(0.0)) {
      remarks.add("temperature 0 is run once: a greedy answer has no seed");
    }
    if (plan().coupling() == Coupling.REJECTION && !samples().isEmpty()) {
      remarks.add("with rejection a sampled text is another sample than the plain one");
    }
    return remarks;
  }

  /** Tokens a pass by kind of prompt, a row a setting. */
  public Grid byKind() {
    List<String> headings = new ArrayList<>(labels().headings());
    headings.addAll(kinds());
    Grid grid = new Grid(headings.toArray(String[]::new));
    List<List<SweepRow>> byKind = kinds().stream().map(result::rows).toList();
    for (int i = 0; i < plan().settings().size(); i++) {
      List<Object> cells = new ArrayList<>(labels().cells(plan().settings().get(i)));
      for (List<SweepRow> rows : byKind) {
        cells.add(figure(rows.get(i).counts().tokensPerPass(), Figures::three));
      }
      grid.row(cells.toArray());
    }
    return grid.remark("tokens/pass by kind of prompt");
  }

  /**
   * Tokens a pass by depth, a series a variant and temperature; in a chart a temperature where both
   * vary. None where no depth drafted.
   */
  public List<Chart> charts() {
    List<Double> all = labels().temperatures();
    return (labels().variants().size() > 1 ? all.stream().map(List::of) : Stream.of(all))
        .flatMap(some -> chart(some, all.size() > 1).stream())
        .toList();
  }

  private Optional<Chart> chart(List<Double> temperatures, boolean several) {
    List<SweepRow> rows = result.rows();
    List<Integer> depths =
        plan().settings().stream()
            .map(SweepSetting::depth)
            .filter(depth -> depth > 0)
            .distinct()
            .sorted()
            .toList();
    String at =
        several && temperatures.size() == 1
            ? ", temperature " + Figures.setting(temperatures.getFirst())
            : "";
    Chart chart = Chart.lines("Tokens a pass by depth" + at).x("depth").y("tokens/pass");
    for (double temperature : temperatures) {
      for (MtpVariant variant : labels().variants()) {
        Map<Integer, Double> points = new LinkedHashMap<>();
        for (int depth : depths) {
          of(SweepSetting.of(depth, variant, temperature), rows)
              .ifPresent(n -> points.put(depth, n));
        }
        if (!points.isEmpty()) {
          chart = chart.series(series(variant, temperature, temperatures.size() > 1), points);
        }
      }
    }
    return chart.series().isEmpty() ? Optional.empty() : Optional.of(chart);
  }

  private String series(MtpVariant variant, double temperature, boolean several) {
    return several
        ? "temperature " + Figures.setting(temperature)
        : labels().variants().size() > 1 ? Variants.label(variant) : "mtp";
  }

  static String figure(OptionalDouble value, DoubleFunction<String> format) {
    return value.isPresent() ? format.apply(value.getAsDouble()) : UNKNOWN;
  }
}
