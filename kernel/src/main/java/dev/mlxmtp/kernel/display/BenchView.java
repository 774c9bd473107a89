package dev.mlxmtp.kernel.display;

import dev.mlxmtp.bench.Baseline;
import dev.mlxmtp.bench.BenchPlan;
import dev.mlxmtp.bench.BenchResult;
import dev.mlxmtp.bench.DrafterResult;
import dev.mlxmtp.bench.Flip;
import dev.mlxmtp.bench.KindResult;
import dev.mlxmtp.bench.Machine;
import dev.mlxmtp.bench.Spread;
import dev.mlxmtp.bench.TextComparison;
import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.ModelInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A benchmark of drafters: where it was measured, three tables and a plot.
 *
 * @param rowInvariant exact and fast verification are one here
 * @param baseline an earlier one, where there is one to compare with
 */
public record BenchView(
    Machine machine,
    ModelInfo model,
    BenchPlan plan,
    boolean rowInvariant,
    List<KindResult> kinds,
    Optional<Baseline.Comparison> baseline) {
  static final String EXACT_IS_FAST =
      "exact and fast verification are one here: a row's numbers do not depend on its neighbours";
  private static final String UNKNOWN = "—";
  private static final int PLACES = 8;

  /** The view of a result. */
  public static BenchView of(
      Machine machine,
      ModelInfo model,
      BenchResult result,
      Optional<Baseline.Comparison> baseline) {
    return new BenchView(
        machine, model, result.plan(), result.rowInvariant(), result.kinds(), baseline);
  }

  /** Everything, in the order to be shown. */
  public List<Visual> visuals() {
    List<Visual> all = new ArrayList<>(List.of(conditions(), speed(), phases()));
    flips().ifPresent(all::add);
    prices().ifPresent(all::add);
    auto().ifPresent(all::add);
    chart().ifPresent(all::add);
    return all.stream().<Visual>map(Spaced::new).toList();
  }

  /** What was measured, and where. */
  public Table conditions() {
    Table table =
        new Table()
            .rows(Conditions.rows(machine, model))
            .row("sampling", sampling())
            .row("verification", plan.verification().toString())
            .row("prompts", plan.prompts().name() + ": " + prompts())
            .row("answers", "up to " + Figures.tokens(plan.maxTokens()));
    if (plan.dearRows()) {
      table.row("dear rows", "each further row of a verification costs as much as the whole");
    }
    return table;
  }

  private String sampling() {
    SamplingOptions s = plan.sampling();
    return s.isArgmax()
        ? SamplingText.of(s)
        : SamplingText.of(s) + ", seed " + s.seed() + ", coupling " + plan.coupling();
  }

  private String prompts() {
    return kinds.stream()
        .filter(kind -> !kind.kind().equals(KindResult.ALL))
        .map(kind -> kind.prompts() + " " + kind.kind())
        .collect(Collectors.joining(", "));
  }

  /** How fast each drafter is, by kind. */
  public Grid speed() {
    List<String> headings =
        new ArrayList<>(
            List.of(
                "kind",
                "drafter",
                "tok/s",
                "slowest–fastest",
                "÷ plain",
                "tokens/pass",
                "accepted",
                "text"));
    baseline.ifPresent(b -> headings.add("÷ baseline"));
    Grid grid = new Grid(headings.toArray(String[]::new));
    for (KindResult kind : kinds) {
      for (DrafterResult d : kind.drafters()) {
        List<Object> cells =
            new ArrayList<>(
                List.of(
                    label(kind, d),
                    d.drafter(),
                    d.decode().map(s -> Figures.three(s.median())).orElse(UNKNOWN),
                    d.decode().map(BenchView::range).orElse(UNKNOWN),
                    figure(d.ratio(), Figures::three),
                    figure(d.acceptance().tokensPerPass(), Figures::three),
                    figure(d.acceptance().rate(), Figures::percent),
                    d.texts().map(BenchView::text).orElse(UNKNOWN)));
        baseline.ifPresent(
            b -> cells.add(b.ratio(kind.kind(), d.drafter()).map(Figures::three).orElse(UNKNOWN)));
        grid.row(cells.toArray());
      }
    }
    remarks(grid);
    return grid;
  }

  private void remarks(Grid grid) {
    grid.remark(
        (plan.runs() == 1
                ? "tok/s: one timed turn"
                : "tok/s: median of " + plan.runs() + " turns, the drafters taking turns")
            + "; ÷ plain: within a turn");
    if (plan.coupling() == Coupling.REJECTION && !plan.sampling().isArgmax()) {
      grid.remark("with rejection a drafted text is another sample than the plain one");
    }
    if (rowInvariant) {
      grid.remark(EXACT_IS_FAST);
    }
    baseline.ifPresent(
        b -> {
          grid.remark("÷ baseline: tok/s ÷ those in " + b.file());
          if (!b.otherwise().isEmpty()) {
            grid.remark("not as in the baseline: " + String.join(", ", b.otherwise()));
          }
        });
  }

  private static String label(KindResult kind, DrafterResult d) {
    return d == kind.drafters().getFirst() ? kind.kind() : "";
  }

  private static String range(Spread spread) {
    return Figures.three(spread.min()) + "–" + Figures.three(spread.max());
  }

  private static String text(TextComparison texts) {
    if (texts.same()) {
      return "as plain";
    }
    TextComparison.Difference first = texts.differences().getFirst();
    int more = texts.differences().size() - 1;
    return "prompt %d differs at token %d%s"
        .formatted(
            first.number(), first.flip().token(), more == 0 ? "" : ", and " + more + " more");
  }

  private static String figure(OptionalDouble value, DoubleFunction<String> format) {
    return value.isPresent() ? format.apply(value.getAsDouble()) : UNKNOWN;
  }

  /** Where the time goes, by kind. */
  public Grid phases() {
    Grid grid =
        new Grid(
            "kind",
            "drafter",
            "TTFT",
            "prompt tok/s",
            "draft",
            "verify",
            "host",
            "peak memory",
            "accepted by place");
    for (KindResult kind : kinds) {
      for (DrafterResult d : kind.drafters()) {
        Optional<DrafterResult.Phases> ms = d.phases();
        grid.row(
            label(kind, d),
            d.drafter(),
            Figures.duration(Math.round(d.timeToFirstToken())),
            d.prefill().map(s -> Figures.three(s.median())).orElse(UNKNOWN),
            ms.map(p -> Figures.three(p.draft())).orElse(UNKNOWN),
            ms.map(p -> Figures.three(p.verify())).orElse(UNKNOWN),
            ms.map(p -> Figures.three(p.host())).orElse(UNKNOWN),
            Figures.bytes(d.peakMemory()),
            places(d.acceptance()));
      }
    }
    grid.remark("draft, verify, host: ms a round, from a turn that times them apart");
    return grid;
  }

  private static String places(AcceptanceStats stats) {
    int places = stats.drafted().size();
    return IntStream.range(0, Math.min(places, PLACES))
            .mapToObj(i -> figure(stats.rate(i), Figures::proportion))
            .collect(Collectors.joining(" "))
        + (places > PLACES ? " …" : "");
  }

  /** Where texts leave plain decoding's; absent where none does. */
  public Optional<Grid> flips() {
    Grid grid =
        new Grid("prompt", "drafter", "token", "plain", "instead", "gap", "rounding", "explained");
    KindResult all = kinds.getLast();
    for (DrafterResult d : all.drafters()) {
      for (TextComparison.Difference each :
          d.texts().map(TextComparison::differences).orElse(List.of())) {
        Flip flip = each.flip();
        grid.row(
            each.number(),
            d.drafter(),
            flip.token(),
            Flips.choice(flip.expected()),
            Flips.choice(flip.found()),
            Flips.gap(flip),
            Flips.rounding(flip),
            Flips.verdict(flip));
      }
    }
    return grid.rows().isEmpty()
        ? Optional.empty()
        : Optional.of(grid.remark(Flips.remark(plan.sampling())));
  }

  /** What exact verification costs; absent where nothing was verified both ways. */
  public Optional<Grid> prices() {
    Grid grid = new Grid("kind", "exact", "fast", "exact ÷ fast");
    for (KindResult kind : kinds) {
      kind.prices()
          .forEach(p -> grid.row(kind.kind(), p.exact(), p.fast(), Figures.three(p.ratio())));
    }
    return grid.rows().isEmpty()
        ? Optional.empty()
        : Optional.of(
            grid.remark(
                rowInvariant
                    ? "exact ÷ fast: tok/s, within a turn; both do the same here, so that what they"
                        + " differ by is noise"
                    : "exact ÷ fast: tok/s, within a turn; exact runs the model once for each row"));
  }

  /** The automatic choice beside the best fixed one; absent where it was not measured. */
  public Optional<Grid> auto() {
    if (kinds.stream().allMatch(kind -> kind.auto().isEmpty())) {
      return Optional.empty();
    }
    Grid grid = new Grid("kind", "best fixed drafter", "auto ÷ best");
    for (KindResult kind : kinds) {
      kind.auto().ifPresent(a -> grid.row(kind.kind(), a.best(), Figures.three(a.ratio())));
    }
    return Optional.of(grid);
  }

  /** What was gained by kind and drafter; absent where nothing was compared with plain decoding. */
  public Optional<Chart> chart() {
    Map<String, Map<String, Double>> gains = new LinkedHashMap<>();
    for (KindResult kind : kinds) {
      for (DrafterResult d : kind.drafters()) {
        d.ratio()
            .ifPresent(
                r ->
                    gains
                        .computeIfAbsent(d.drafter(), name -> new LinkedHashMap<>())
                        .put(kind.kind(), r));
      }
    }
    gains.remove("plain");
    if (gains.isEmpty()) {
      return Optional.empty();
    }
    Chart chart = Chart.bars("Speed against plain decoding").x("kind").y("tok/s ÷ plain");
    for (Map.Entry<String, Map<String, Double>> gain : gains.entrySet()) {
      chart = chart.series(gain.getKey(), gain.getValue());
    }
    return Optional.of(chart.rule(1, "plain"));
  }
}
