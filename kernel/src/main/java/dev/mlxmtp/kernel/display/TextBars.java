package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bars that lie, a line each, with the value at its end. */
final class TextBars {
  private static final String EIGHTHS = "▏▎▍▌▋▊▉";
  private static final String GAP = "  ";
  private static final int SHORTEST_BAR = 10;

  private final Chart chart;
  private final TextSheet sheet;
  private final Lettering letters;
  private final Scales scales;
  private final int categoryWidth;
  private final int seriesWidth;
  private final int valueWidth;
  private final int barWidth;
  private final boolean single;
  private final boolean lettered;

  /** A line: a value, the name of its category where it is the first of several. */
  private record Row(String category, String series, Point point) {}

  TextBars(Chart chart, TextSheet sheet) {
    this.chart = chart;
    this.sheet = sheet;
    this.letters = sheet.letters();
    this.scales = Scales.of(chart, 2, 5);
    this.valueWidth =
        widest(
            chart.series().stream()
                .flatMap(series -> series.points().stream())
                .map(this::value)
                .toList());
    int room =
        sheet.width() - valueWidth - 3 * GAP.length() - Math.max(SHORTEST_BAR, sheet.width() / 4);
    List<String> names = chart.series().stream().map(s -> sheet.readable(s.name())).toList();
    this.single = names.size() == 1;
    int categories = widest(categories().stream().map(sheet::readable).toList());
    // Names cut at the same place could not be told apart.
    this.lettered = !single && widest(names) > Math.max(room / 2, room - categories);
    this.seriesWidth = single ? 0 : lettered ? 1 : widest(names);
    this.categoryWidth = Math.min(categories, room - seriesWidth);
    int labels = categoryWidth + (single ? 0 : GAP.length() + seriesWidth);
    this.barWidth = sheet.width() - labels - valueWidth - 2 * GAP.length();
  }

  private int widest(List<String> texts) {
    return (int) texts.stream().mapToDouble(letters::width).max().orElse(0);
  }

  private List<String> categories() {
    return scales.x() instanceof Scales.Bands bands ? bands.names() : List.of();
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    heading().ifPresent(lines::add);
    List<List<Row>> groups = groups();
    for (int i = 0; i < groups.size(); i++) {
      if (i > 0 && !single) {
        lines.add("");
      }
      groups.get(i).forEach(row -> lines.add(line(row)));
    }
    List<String> legend = new ArrayList<>(lettered ? sheet.names(chart) : List.of());
    legend.addAll(sheet.rules(chart, ruleMark()));
    if (!legend.isEmpty()) {
      lines.add("");
      lines.addAll(sheet.flow(legend));
    }
    return lines;
  }

  private Optional<String> heading() {
    String x = sheet.readable(chart.x().title());
    String y = sheet.readable(chart.y().title());
    if (x.isEmpty() && y.isEmpty()) {
      return Optional.empty();
    }
    String left = letters.fit(x, sheet.width() / 2 - 1.0);
    String right = letters.fit(y, sheet.width() / 2 - 1.0);
    return Optional.of(left + letters.right(right, sheet.width() - (int) letters.width(left)));
  }

  private List<List<Row>> groups() {
    List<List<Row>> groups = new ArrayList<>();
    for (String name : categories()) {
      List<Row> group = new ArrayList<>();
      for (int i = 0; i < chart.series().size(); i++) {
        Series series = chart.series().get(i);
        String label = lettered ? sheet.letter(i) : sheet.readable(series.name());
        series.points().stream()
            .filter(point -> point.category().equals(name))
            .map(point -> new Row(group.isEmpty() ? sheet.readable(name) : "", label, point))
            .forEach(group::add);
      }
      groups.add(group);
    }
    return groups;
  }

  private String line(Row row) {
    String line = letters.left(letters.squeeze(row.category(), categoryWidth), categoryWidth) + GAP;
    if (!single) {
      line += letters.left(row.series(), seriesWidth) + GAP;
    }
    return line + bar(row.point().y()) + GAP + letters.right(value(row.point()), valueWidth);
  }

  private String value(Point point) {
    return chart.y().format().label(point.y());
  }

  private String bar(double value) {
    int zero = (int) Math.round(barWidth * scales.y().share(0));
    double cells = barWidth * Math.abs(scales.y().share(value) - scales.y().share(0));
    String bar =
        value < 0
            ? letters.right(leftward(Math.min(cells, zero)), zero)
            : " ".repeat(zero) + rightward(Math.min(cells, barWidth - zero));
    StringBuilder line = new StringBuilder(letters.left(bar, barWidth));
    for (Rule rule : chart.rules()) {
      int column = Math.min(barWidth - 1, (int) (barWidth * scales.y().share(rule.y())));
      if (line.charAt(column) == ' ') {
        line.replace(column, column + 1, ruleMark());
      }
    }
    return line.toString();
  }

  private String rightward(double cells) {
    if (sheet.ascii()) {
      return "#".repeat((int) Math.round(cells));
    }
    int eighths = (int) Math.round(cells * 8);
    int rest = eighths % 8;
    return "█".repeat(eighths / 8) + (rest == 0 ? "" : EIGHTHS.charAt(rest - 1));
  }

  // Unicode fills cells from the right by halves only.
  private String leftward(double cells) {
    if (sheet.ascii()) {
      return "#".repeat((int) Math.round(cells));
    }
    int halves = (int) Math.round(cells * 2);
    return (halves % 2 == 0 ? "" : "▐") + "█".repeat(halves / 2);
  }

  private String ruleMark() {
    return sheet.glyph("┊", ":");
  }
}
