package dev.mlxmtp.kernel.display;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.bench.BenchJson;
import dev.mlxmtp.bench.SideBySide;
import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.decode.Verification;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/**
 * One prompt under several settings: a table, and a plot of what was gained.
 *
 * @param model who answered
 * @param sampling how tokens were chosen, in all of them
 * @param verification of drafts, in all of them
 */
public record ComparisonView(
    String model, SamplingOptions sampling, Verification verification, SideBySide result)
    implements Visual {
  private static final String UNKNOWN = "—";

  /** The table. */
  public Grid grid() {
    Grid grid =
        new Grid(
            "decoder",
            "text",
            "tokens",
            "accepted",
            "tokens/pass",
            "tok/s",
            "slowest–fastest",
            "× plain",
            "× expected");
    for (SideBySide.Row row : result.rows()) {
      AcceptanceStats stats = row.first().acceptance();
      grid.row(
          row.first().decoder(),
          text(row),
          row.first().tokens().length,
          figure(stats.rate(), Figures::percent),
          figure(stats.tokensPerPass(), Figures::three),
          figure(row.tokensPerSecond(), Figures::three),
          Figures.three(row.slowest()) + "–" + Figures.three(row.fastest()),
          figure(result.measured(row), Figures::three),
          figure(result.expected(row), Figures::three));
    }
    grid.remark(
        (result.runs() == 1
                ? "tok/s: one timed run"
                : "tok/s: median of " + result.runs() + " runs, taking turns")
            + ", "
            + SamplingText.of(sampling)
            + (sampling.isArgmax() ? "" : ", seed " + sampling.seed())
            + ", verified "
            + verification);
    if (result.rowInvariant()) {
      grid.remark(BenchView.EXACT_IS_FAST);
    }
    grid.remark(
        "× expected: tokens/pass ÷ (1 + drafts a pass × draft step ÷ plain pass), if verifying"
            + " cost no more than a plain pass");
    slower().ifPresent(grid::remark);
    result.rows().stream().flatMap(row -> flip(row).stream()).forEach(grid::remark);
    if (result.rows().stream().anyMatch(row -> row.flip().isPresent())) {
      grid.remark(Flips.remark(sampling));
    }
    return grid;
  }

  private String text(SideBySide.Row row) {
    SideBySide.Row first = result.rows().getFirst();
    if (row == first) {
      return "first";
    }
    if (result.sameAsFirst(row)) {
      return "identical";
    }
    int at = Arrays.mismatch(first.first().tokens(), row.first().tokens());
    return "differs at token " + (at + 1);
  }

  private static Optional<String> flip(SideBySide.Row row) {
    return row.flip()
        .map(
            flip ->
                "%s, token %d: %s in place of %s, gap %s, rounding %s: %s"
                    .formatted(
                        row.first().decoder(),
                        flip.token(),
                        Flips.choice(flip.found()),
                        Flips.choice(flip.expected()),
                        Flips.gap(flip),
                        Flips.rounding(flip),
                        Flips.verdict(flip)));
  }

  private Optional<String> slower() {
    List<String> slower = new ArrayList<>();
    for (SideBySide.Row row : result.rows()) {
      OptionalDouble measured = result.measured(row);
      if (measured.isPresent() && measured.getAsDouble() < 1) {
        slower.add(row.first().decoder());
      }
    }
    return slower.isEmpty()
        ? Optional.empty()
        : Optional.of("slower than plain here: " + String.join("; ", slower));
  }

  private static String figure(OptionalDouble value, DoubleFunction<String> format) {
    return value.isPresent() ? format.apply(value.getAsDouble()) : UNKNOWN;
  }

  /** What was gained, measured and expected; absent where plain decoding was not among them. */
  public Optional<Chart> chart() {
    Map<String, Double> measured = new LinkedHashMap<>();
    Map<String, Double> expected = new LinkedHashMap<>();
    for (SideBySide.Row row : result.rows()) {
      result.measured(row).ifPresent(v -> measured.put(row.first().decoder(), v));
      result.expected(row).ifPresent(v -> expected.put(row.first().decoder(), v));
    }
    if (measured.size() < 2) {
      return Optional.empty();
    }
    Chart chart =
        Chart.bars("Speed against plain decoding")
            .x("decoder")
            .y("× plain")
            .series("measured", measured);
    return Optional.of(
        (expected.isEmpty() ? chart : chart.series("expected", expected)).rule(1, "plain"));
  }

  /** The same as a JSON object. */
  public String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", model);
    json.put("temperature", sampling.temperature());
    json.put("seed", sampling.seed());
    json.put("verification", verification.toString());
    json.put("exact_is_fast", result.rowInvariant());
    json.put("runs", result.runs());
    ArrayNode rows = json.putArray("rows");
    for (SideBySide.Row row : result.rows()) {
      AcceptanceStats stats = row.first().acceptance();
      ObjectNode node = rows.addObject();
      node.put("decoder", row.first().decoder());
      node.put("identical_to_first", result.sameAsFirst(row));
      Arrays.stream(row.first().tokens()).forEach(node.putArray("tokens")::add);
      stats.drafted().forEach(node.putArray("drafted")::add);
      stats.accepted().forEach(node.putArray("accepted")::add);
      stats.tokensPerPass().ifPresent(v -> node.put("tokens_per_pass", v));
      row.tokensPerSecond().ifPresent(v -> node.put("decode_tok_s", v));
      result.measured(row).ifPresent(v -> node.put("speedup", v));
      result.expected(row).ifPresent(v -> node.put("expected_speedup", v));
      row.flip().ifPresent(flip -> BenchJson.flip(node.putObject("leaves_plain"), flip));
    }
    return json.toString();
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
