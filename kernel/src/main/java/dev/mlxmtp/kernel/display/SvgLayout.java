package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which part of the picture belongs to what, in pixels from its upper left corner.
 *
 * @param height of the picture, whose width is {@link #WIDTH}
 * @param title its lines
 * @param subtitle its lines
 * @param legend an entry for each series, or none where the title says it all
 * @param places labels along the x axis
 */
record SvgLayout(
    double height,
    List<String> title,
    List<String> subtitle,
    List<Entry> legend,
    double left,
    double top,
    double right,
    double bottom,
    Labels places) {
  static final double WIDTH = 720;
  static final double TITLE = 16;
  static final double SMALL = 12;
  static final double LINE = 16;
  static final double EDGE = 10;
  static final Lettering LETTERS = Lettering.pixels(SMALL);

  private static final double SYMBOL = 18;
  private static final double LONG_SYMBOL = 28;
  private static final double HEIGHT = 320;
  private static final double PLOT = 170;
  private static final double LONGEST_LABEL = 150;

  /**
   * A series in the legend.
   *
   * @param x left end of its symbol
   * @param text left end of its label
   * @param y middle of its line
   */
  record Entry(int series, String label, double x, double text, double y) {}

  /**
   * The labels of categories.
   *
   * @param lines of each label
   * @param every only each so-manieth is shown
   * @param slanted where they find no room side by side
   * @param depth how far below the axis they reach
   */
  record Labels(List<List<String>> lines, int every, boolean slanted, double depth) {
    static final Labels NUMBERS = new Labels(List.of(), 1, false, LINE + 4);
  }

  double width() {
    return right - left;
  }

  double x(double share) {
    return left + share * width();
  }

  double y(double share) {
    return bottom - share * (bottom - top);
  }

  static SvgLayout of(Chart chart, Scales scales) {
    double inner = WIDTH - 2 * EDGE;
    List<String> title =
        chart.title().isBlank()
            ? List.of()
            : Lettering.pixels(TITLE * 1.05).wrap(chart.title(), inner, 2);
    List<String> subtitle = chart.subtitle().map(s -> LETTERS.wrap(s, inner, 2)).orElse(List.of());
    double y = EDGE + title.size() * (TITLE + 5) + subtitle.size() * LINE;
    List<Entry> legend = legend(chart, y + (y > EDGE ? 6 : 0) + LINE / 2);
    if (!legend.isEmpty()) {
      y = legend.getLast().y() + LINE / 2;
    }
    // Room for the value above the highest bar and for half a label of the y axis.
    double top = y + 20;
    double left = left(chart, scales);
    double right = WIDTH - right(chart);
    Labels labels =
        switch (scales.x()) {
          case Scales.Linear _ -> Labels.NUMBERS;
          case Scales.Bands bands -> labels(bands.names(), right - left, left);
        };
    double below = 6 + labels.depth() + (chart.x().title().isBlank() ? 0 : LINE + 2) + 6;
    double height = Math.max(HEIGHT, top + PLOT + below);
    return new SvgLayout(height, title, subtitle, legend, left, top, right, height - below, labels);
  }

  /** The title of the y axis, in lines as long as the axis. */
  static List<String> yTitle(Chart chart) {
    return chart.y().title().isBlank() ? List.of() : LETTERS.wrap(chart.y().title(), PLOT, 2);
  }

  private static double left(Chart chart, Scales scales) {
    double labels =
        scales.y().labels(chart.y().format()).stream().mapToDouble(LETTERS::width).max().orElse(0);
    return EDGE + yTitle(chart).size() * LINE + labels + 12;
  }

  private static double right(Chart chart) {
    double labels = RuleLabel.margin(chart);
    return labels == 0 ? 2 * EDGE : labels + EDGE + 6;
  }

  private static List<Entry> legend(Chart chart, double first) {
    List<Series> series = chart.series();
    if (series.size() == 1 && series.getFirst().name().equals(chart.title())) {
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    double x = EDGE;
    double y = first;
    for (int i = 0; i < series.size(); i++) {
      double symbol = series.get(i).mark().joined() ? LONG_SYMBOL : SYMBOL;
      String label = LETTERS.fit(series.get(i).name(), WIDTH - 2 * EDGE - symbol);
      double width = symbol + LETTERS.width(label);
      if (x > EDGE && x + width > WIDTH - EDGE) {
        x = EDGE;
        y += LINE + 2;
      }
      entries.add(new Entry(i, label, x, x + symbol, y));
      x += width + 18;
    }
    return entries;
  }

  private static Labels labels(List<String> names, double width, double left) {
    double band = width / names.size();
    double room = band - 8;
    Optional<List<List<String>>> level = level(names, room);
    if (level.isPresent()) {
      int lines = level.get().stream().mapToInt(List::size).max().orElse(1);
      return new Labels(level.get(), 1, false, 4 + lines * LINE);
    }
    // The first label reaches back over the y axis.
    double longest = Math.min(LONGEST_LABEL, (left + band / 2 - EDGE) / Math.cos(Math.PI / 6));
    List<List<String>> cut =
        names.stream().map(name -> List.of(LETTERS.squeeze(name, longest))).toList();
    double reach = cut.stream().mapToDouble(name -> LETTERS.width(name.getFirst())).max().orElse(0);
    boolean numbers = reach < 4 * SMALL;
    int every = (int) Math.ceil((numbers ? reach + 8 : LINE * 1.6) / band);
    return numbers
        ? new Labels(cut, every, false, LINE + 4)
        : new Labels(cut, every, true, reach / 2 + LINE);
  }

  /** The labels side by side in three lines at most, if they fit uncut. */
  private static Optional<List<List<String>>> level(List<String> names, double room) {
    List<List<String>> lines = new ArrayList<>();
    for (String name : names) {
      List<String> wrapped = LETTERS.wrap(name, room, 3);
      if (wrapped.stream().anyMatch(line -> line.endsWith(LETTERS.ellipsis()))) {
        return Optional.empty();
      }
      lines.add(wrapped);
    }
    return Optional.of(lines);
  }
}
