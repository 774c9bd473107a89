package dev.mlxmtp.kernel.display;

import dev.mlxmtp.bench.Share;
import dev.mlxmtp.bench.SweepCounts;
import dev.mlxmtp.bench.SweepRow;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A sweep as Markdown, each rate with its interval.
 *
 * @param command as it was written
 * @param data the file with the answers
 */
public record SweepReport(SweepView view, String command, String data, ZonedDateTime date) {
  private static final int CHART_WIDTH = 100;

  /** The whole file. */
  public String text() {
    List<String> parts = new ArrayList<>();
    parts.add("# Acceptance sweep: " + escaped(view.model().name()));
    parts.add("    " + command);
    parts.add(conditions());
    parts.add("## By setting\n\n" + settings());
    parts.add("## By place in the draft\n\nAccepted of drafted.\n\n" + places(SweepCounts::at));
    parts.add("Accepted of those before which all were accepted.\n\n" + places(SweepCounts::given));
    if (view.kinds().size() > 1) {
      parts.add(
          "## By kind of prompt\n\nAccepted.\n\n" + byKind(row -> rate(row.counts().overall())));
      parts.add(
          "Tokens a pass.\n\n"
              + byKind(r -> SweepView.figure(r.counts().tokensPerPass(), SweepReport::decimals)));
    }
    if (!view.charts().isEmpty()) {
      parts.add("## Tokens a pass by depth");
    }
    for (Chart chart : view.charts()) {
      parts.add("```\n" + String.join("\n", TextChart.of(chart, CHART_WIDTH)) + "\n```");
    }
    parts.add("## What the figures are\n\n" + notes());
    return String.join("\n\n", parts) + "\n";
  }

  private String conditions() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "date", date.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm xxx", Locale.ROOT))));
    rows.addAll(view.conditions());
    rows.add(List.of("fingerprint", view.model().fingerprint()));
    rows.add(List.of("answers one by one", data));
    return table(List.of("", ""), rows);
  }

  private List<SweepRow> rows() {
    return view.result().rows();
  }

  private String settings() {
    SweepLabels labels = view.labels();
    List<String> headings = new ArrayList<>(labels.headings());
    headings.addAll(List.of("answers", "passes", "accepted", "accepted/pass", "tokens/pass"));
    boolean compared = rows().stream().anyMatch(row -> row.asPlain().isPresent());
    if (labels.hasVariants()) {
      headings.add("÷ standard");
    }
    if (compared) {
      headings.add("as plain");
    }
    List<List<String>> cells = new ArrayList<>();
    for (SweepRow row : rows()) {
      SweepCounts counts = row.counts();
      List<String> line = new ArrayList<>(labels.cells(row.setting()));
      line.add(String.valueOf(row.answers()));
      line.add(String.valueOf(counts.passes()));
      line.add(rate(counts.overall()));
      line.add(SweepView.figure(counts.acceptedPerPass(), SweepReport::decimals));
      line.add(SweepView.figure(counts.tokensPerPass(), SweepReport::decimals));
      if (labels.hasVariants()) {
        line.add(SweepView.figure(SweepView.againstStandard(row, rows()), SweepReport::decimals));
      }
      if (compared) {
        line.add(SweepView.asPlain(row));
      }
      cells.add(line);
    }
    return table(headings, cells);
  }

  private String places(BiFunction<SweepCounts, Integer, Share> share) {
    int deepest = SweepView.deepest(rows());
    List<String> headings = new ArrayList<>(view.labels().headings());
    IntStream.rangeClosed(1, deepest).forEach(i -> headings.add("d" + i));
    List<List<String>> cells = new ArrayList<>();
    for (SweepRow row : rows()) {
      if (!row.setting().isPlain()) {
        List<String> line = new ArrayList<>(view.labels().cells(row.setting()));
        IntStream.range(0, deepest).forEach(i -> line.add(rate(share.apply(row.counts(), i))));
        cells.add(line);
      }
    }
    return table(headings, cells);
  }

  private String byKind(Function<SweepRow, String> figure) {
    List<String> headings = new ArrayList<>(view.labels().headings());
    headings.addAll(view.kinds());
    List<List<SweepRow>> byKind = view.kinds().stream().map(view.result()::rows).toList();
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < rows().size(); i++) {
      if (!rows().get(i).setting().isPlain()) {
        List<String> line = new ArrayList<>(view.labels().cells(rows().get(i).setting()));
        for (List<SweepRow> rows : byKind) {
          line.add(figure.apply(rows.get(i)));
        }
        cells.add(line);
      }
    }
    return table(headings, cells);
  }

  private static String rate(Share share) {
    return SweepView.figure(share.rate(), SweepReport::proportion)
        + share
            .interval()
            .map(i -> " [" + proportion(i.low()) + ", " + proportion(i.high()) + "]")
            .orElse("");
  }

  private static String proportion(double value) {
    return decimals(value).replaceFirst("^0\\.", ".");
  }

  private static String decimals(double value) {
    return Figures.format("%.3f", value);
  }

  private String notes() {
    List<String> notes = new ArrayList<>(view.remarks());
    notes.add(
        "tokens/pass: tokens emitted ÷ passes of the model, the prompts' not counted; it is"
            + " accepted/pass and one, a little less where accepted drafts end texts");
    notes.add(
        "in brackets: Wilson's interval of 95%, as if drafts were independent of each other; those"
            + " of one text are not, so that the figures are somewhat less sure than it says");
    if (rows().stream().anyMatch(row -> row.asPlain().isPresent())) {
      notes.add(
          "as plain: of the answers that plain decoding gave too, at the same temperature and seed,"
              + " those with the same text");
    }
    if (view.labels().hasVariants()) {
      notes.add("÷ standard: tokens/pass ÷ those of the head fed as it was trained, else alike");
    }
    return notes.stream().map(note -> "- " + escaped(note)).collect(Collectors.joining("\n"));
  }

  private static String table(List<String> headings, List<List<String>> rows) {
    List<String> lines = new ArrayList<>();
    lines.add(line(headings));
    lines.add(line(headings.stream().map(h -> "---").toList()));
    rows.forEach(row -> lines.add(line(row)));
    return String.join("\n", lines);
  }

  private static String line(List<String> cells) {
    return cells.stream().map(SweepReport::escaped).collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String escaped(String text) {
    return text.replaceAll("([\\\\|*_`<])", "\\\\$1").replaceAll("\\s+", " ");
  }
}
