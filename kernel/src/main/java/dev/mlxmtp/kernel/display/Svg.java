package dev.mlxmtp.kernel.display;

import static dev.mlxmtp.kernel.display.Palette.GREY;
import static dev.mlxmtp.kernel.display.SvgLayout.EDGE;
import static dev.mlxmtp.kernel.display.SvgLayout.LETTERS;
import static dev.mlxmtp.kernel.display.SvgLayout.LINE;
import static dev.mlxmtp.kernel.display.SvgLayout.SMALL;
import static dev.mlxmtp.kernel.display.SvgLayout.WIDTH;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A chart as a picture by itself: one SVG element without scripts, foreign fonts or identifiers, so
 * that many can stand in one page, which may be white or dark.
 */
public final class Svg {
  private static final int MOST_DESCRIBED = 40;

  private final Chart chart;
  private final Scales scales;
  private final SvgLayout layout;
  private final SvgWriter out = new SvgWriter();

  private Svg(Chart chart) {
    this.chart = chart;
    this.scales = Scales.ofPicture(chart);
    this.layout = SvgLayout.of(chart, scales);
  }

  /**
   * Draws the chart 720 pixels wide, or as wide as the page where that is less.
   *
   * @return the element, without an XML declaration
   * @throws IllegalArgumentException where the chart has no series
   */
  public static String of(Chart chart) {
    return new Svg(chart).draw();
  }

  private String draw() {
    out.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + SvgWriter.number(WIDTH) + " " + SvgWriter.number(layout.height()),
        "width",
        "100%",
        "style",
        "max-width:" + SvgWriter.number(WIDTH) + "px",
        "role",
        "img",
        "font-family",
        "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif",
        "font-size",
        SMALL,
        "fill",
        GREY);
    out.text("title", chart.title());
    out.text("desc", description());
    heading();
    legend();
    yAxis();
    xAxis();
    new SvgMarks(chart, scales, layout, out).draw();
    rules();
    return out.close().toString();
  }

  /** What the picture shows, for those who don't see it. */
  private String description() {
    return chart.series().stream().map(this::described).collect(Collectors.joining("; ")) + ".";
  }

  private String described(Series series) {
    List<Point> points = scales.sorted(series);
    String values =
        points.size() <= MOST_DESCRIBED
            ? points.stream()
                .map(point -> point.category() + " " + value(point.y()))
                .collect(Collectors.joining(", "))
            : points.size()
                + " points from "
                + value(points.stream().mapToDouble(Point::y).min().orElseThrow())
                + " to "
                + value(points.stream().mapToDouble(Point::y).max().orElseThrow());
    return series.name() + " (" + series.mark().name().toLowerCase(Locale.ROOT) + "): " + values;
  }

  private String value(double y) {
    return chart.y().format().label(y);
  }

  private void heading() {
    double y = EDGE;
    for (String line : layout.title()) {
      y += SvgLayout.TITLE + 5;
      out.text(
          "text", line, "x", EDGE, "y", y - 5, "font-size", SvgLayout.TITLE, "font-weight", 600);
    }
    for (String line : layout.subtitle()) {
      y += LINE;
      out.text("text", line, "x", EDGE, "y", y - 4);
    }
  }

  private void legend() {
    for (SvgLayout.Entry entry : layout.legend()) {
      SvgMarks.symbol(out, chart.series().get(entry.series()), entry);
      out.text("text", entry.label(), "x", entry.text(), "y", entry.y() + 4);
    }
  }

  private void yAxis() {
    List<BigDecimal> values = scales.y().values();
    List<String> labels = scales.y().labels(chart.y().format());
    for (int i = 0; i < values.size(); i++) {
      double y = layout.y(scales.y().share(values.get(i).doubleValue()));
      boolean zero = values.get(i).signum() == 0;
      out.empty(
          "line",
          "x1",
          layout.left(),
          "x2",
          layout.right(),
          "y1",
          y,
          "y2",
          y,
          "stroke",
          GREY,
          "stroke-opacity",
          zero ? 0.8 : 0.25);
      out.text("text", labels.get(i), "x", layout.left() - 8, "y", y + 4, "text-anchor", "end");
    }
    double x = EDGE + SMALL;
    for (String line : SvgLayout.yTitle(chart)) {
      String middle = SvgWriter.number((layout.top() + layout.bottom()) / 2);
      out.text(
          "text",
          line,
          "transform",
          "translate(" + SvgWriter.number(x) + " " + middle + ") rotate(-90)",
          "text-anchor",
          "middle");
      x += LINE;
    }
  }

  private void xAxis() {
    out.empty(
        "line",
        "x1",
        layout.left(),
        "x2",
        layout.right(),
        "y1",
        layout.bottom(),
        "y2",
        layout.bottom(),
        "stroke",
        GREY,
        "stroke-opacity",
        0.8);
    switch (scales.x()) {
      case Scales.Linear linear -> numbers(linear.ticks());
      case Scales.Bands bands -> categories(bands.names().size());
    }
    if (!chart.x().title().isBlank()) {
      out.text(
          "text",
          LETTERS.fit(chart.x().title(), layout.width()),
          "x",
          layout.x(0.5),
          "y",
          layout.height() - EDGE,
          "text-anchor",
          "middle");
    }
  }

  private void numbers(Ticks ticks) {
    List<String> labels = ticks.labels(((Axis.Numbers) chart.x()).format());
    for (int i = 0; i < labels.size(); i++) {
      double x = SvgMarks.inset(layout, ticks.share(ticks.values().get(i).doubleValue()));
      out.empty(
          "line",
          "x1",
          x,
          "x2",
          x,
          "y1",
          layout.bottom(),
          "y2",
          layout.bottom() + 5,
          "stroke",
          GREY,
          "stroke-opacity",
          0.8);
      out.text(
          "text", labels.get(i), "x", x, "y", layout.bottom() + LINE + 3, "text-anchor", "middle");
    }
  }

  private void categories(int count) {
    SvgLayout.Labels labels = layout.places();
    for (int i = 0; i < count; i += labels.every()) {
      double x = layout.x((i + 0.5) / count);
      double y = layout.bottom() + LINE + 1;
      if (labels.slanted()) {
        out.text(
            "text",
            labels.lines().get(i).getFirst(),
            "transform",
            "translate("
                + SvgWriter.number(x + 4)
                + " "
                + SvgWriter.number(y - 2)
                + ") rotate(-30)",
            "text-anchor",
            "end");
        continue;
      }
      for (String line : labels.lines().get(i)) {
        out.text("text", line, "x", x, "y", y, "text-anchor", "middle");
        y += LINE;
      }
    }
  }

  private void rules() {
    for (RuleLabel rule : RuleLabel.of(chart, scales.y(), layout.top(), layout.bottom())) {
      out.empty(
          "line",
          "x1",
          layout.left(),
          "x2",
          layout.right(),
          "y1",
          rule.line(),
          "y2",
          rule.line(),
          "stroke",
          GREY,
          "stroke-width",
          1.5,
          "stroke-dasharray",
          "6 4");
      double y = rule.middle() + 4;
      for (String line : rule.lines()) {
        out.text("text", line, "x", layout.right() + 6, "y", y);
        y += LINE;
      }
    }
  }
}
