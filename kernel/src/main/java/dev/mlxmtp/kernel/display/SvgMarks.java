package dev.mlxmtp.kernel.display;

import static dev.mlxmtp.kernel.display.SvgLayout.LETTERS;

import dev.mlxmtp.kernel.display.Palette.Look;
import dev.mlxmtp.kernel.display.Palette.Marker;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The bars, lines and points of a picture. */
final class SvgMarks {
  static final double WIDEST_BAR = 56;
  // Points at the ends of the axis stay clear of the picture's frame.
  private static final double INSET = 10;
  private static final int MOST_LABELS = 30;

  private final Chart chart;
  private final Scales scales;
  private final SvgLayout layout;
  private final SvgWriter out;

  SvgMarks(Chart chart, Scales scales, SvgLayout layout, SvgWriter out) {
    this.chart = chart;
    this.scales = scales;
    this.layout = layout;
    this.out = out;
  }

  /** Where a share of an axis of numbers lies. */
  static double inset(SvgLayout layout, double share) {
    return layout.left() + INSET + share * (layout.width() - 2 * INSET);
  }

  void draw() {
    List<Integer> bars =
        IntStream.range(0, chart.series().size())
            .filter(i -> chart.series().get(i).mark() == Mark.BAR)
            .boxed()
            .toList();
    if (!bars.isEmpty() && scales.x() instanceof Scales.Bands bands) {
      bars(bars, layout.width() / bands.names().size());
    }
    for (int i = 0; i < chart.series().size(); i++) {
      Series series = chart.series().get(i);
      if (series.mark() != Mark.BAR) {
        points(series, Palette.look(i));
      }
    }
  }

  private void bars(List<Integer> indices, double band) {
    double width = Math.min(WIDEST_BAR, band * 0.8 / indices.size());
    List<Series> all = indices.stream().map(chart.series()::get).toList();
    double widest =
        all.stream()
            .flatMap(series -> series.points().stream())
            .mapToDouble(point -> LETTERS.width(value(point)))
            .max()
            .orElse(0);
    // Lines would cross the values.
    boolean labelled =
        all.size() == chart.series().size()
            && all.stream().mapToInt(series -> series.points().size()).sum() <= MOST_LABELS
            && widest <= Math.max(width, all.size() == 1 ? band : 0);
    for (int k = 0; k < all.size(); k++) {
      double offset = (k - all.size() / 2.0) * width;
      for (Point point : all.get(k).points()) {
        bar(all.get(k), point, Palette.look(indices.get(k)), x(point) + offset, width, labelled);
      }
    }
  }

  private void bar(
      Series series, Point point, Look look, double x, double width, boolean labelled) {
    double zero = layout.y(scales.y().share(0));
    double end = layout.y(scales.y().share(point.y()));
    double gap = Math.min(1, width / 8);
    out.open(
            "rect",
            "x",
            x + gap,
            "y",
            Math.min(zero, end),
            "width",
            width - 2 * gap,
            "height",
            Math.abs(zero - end),
            "fill",
            look.colour())
        .text("title", tip(series, point))
        .close();
    if (labelled) {
      out.text(
          "text",
          value(point),
          "x",
          x + width / 2,
          "y",
          clear(point.y() < 0 ? end + 14 : end - 5),
          "text-anchor",
          "middle");
    }
  }

  // A rule would strike the value out.
  private double clear(double baseline) {
    double moved = baseline;
    for (Rule rule : chart.rules()) {
      double y = layout.y(scales.y().share(rule.y()));
      if (y > moved - 12 && y < moved + 3) {
        moved = y - 5;
      }
    }
    return moved;
  }

  private void points(Series series, Look look) {
    List<Point> points = scales.sorted(series);
    if (series.mark().joined()) {
      out.empty(
          "path",
          "d",
          path(points, series.mark()),
          "fill",
          "none",
          "stroke",
          look.colour(),
          "stroke-width",
          2.0,
          "stroke-linejoin",
          "round",
          "stroke-dasharray",
          dash(look));
    }
    if (!series.marked()) {
      return;
    }
    for (Point point : points) {
      marker(out, look, x(point), y(point), tip(series, point));
    }
  }

  private String path(List<Point> points, Mark mark) {
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      String x = SvgWriter.number(x(point));
      String y = SvgWriter.number(y(point));
      if (path.isEmpty()) {
        path.append('M').append(x).append(' ').append(y);
      } else if (mark == Mark.STEP) {
        path.append('H').append(x).append('V').append(y);
      } else {
        path.append('L').append(x).append(' ').append(y);
      }
    }
    return path.toString();
  }

  private double x(Point point) {
    double share = scales.x().share(point);
    return scales.x() instanceof Scales.Linear ? inset(layout, share) : layout.x(share);
  }

  private double y(Point point) {
    return layout.y(scales.y().share(point.y()));
  }

  private String value(Point point) {
    return chart.y().format().label(point.y());
  }

  private String tip(Series series, Point point) {
    return series.name() + " · " + point.category() + ": " + value(point);
  }

  private static String dash(Look look) {
    return look.dash().isEmpty()
        ? "none"
        : look.dash().stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  /** What stands for a series in the legend. */
  static void symbol(SvgWriter out, Series series, SvgLayout.Entry entry) {
    Look look = Palette.look(entry.series());
    if (series.mark() == Mark.BAR) {
      out.empty(
          "rect",
          "x",
          entry.x(),
          "y",
          entry.y() - 6,
          "width",
          12,
          "height",
          12,
          "fill",
          look.colour());
      return;
    }
    double end = entry.text() - 6;
    if (series.mark().joined()) {
      out.empty(
          "line",
          "x1",
          entry.x(),
          "x2",
          end,
          "y1",
          entry.y(),
          "y2",
          entry.y(),
          "stroke",
          look.colour(),
          "stroke-width",
          2.0,
          "stroke-dasharray",
          dash(look));
    }
    if (series.marked()) {
      marker(out, look, (entry.x() + end) / 2, entry.y(), series.name());
    }
  }

  private static void marker(SvgWriter out, Look look, double x, double y, String tip) {
    out.open("path", "d", outline(look.marker(), x, y), "fill", look.colour())
        .text("title", tip)
        .close();
  }

  private static String outline(Marker marker, double x, double y) {
    String at = "M" + SvgWriter.number(x) + " " + SvgWriter.number(y);
    return at
        + switch (marker) {
          case CIRCLE -> "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z";
          case SQUARE -> "m-4 -4h8v8h-8z";
          case TRIANGLE -> "m0 -5.5l5.2 9h-10.4z";
          case DIAMOND -> "m0 -6l5 6l-5 6l-5 -6z";
          case CROSS -> "m-1.7 -5h3.4v3.3h3.3v3.4h-3.3v3.3h-3.4v-3.3h-3.3v-3.4h3.3z";
          case DOWN -> "m0 5.5l5.2 -9h-10.4z";
        };
  }
}
