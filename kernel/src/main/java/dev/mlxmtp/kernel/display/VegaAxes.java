package dev.mlxmtp.kernel.display;

import static dev.mlxmtp.kernel.display.VegaLite.object;

import java.util.List;
import java.util.Map;

/** The axes of a Vega-Lite specification: the ends and marks that the other renderings have. */
record VegaAxes(Chart chart, Scales scales, SvgLayout layout) {
  /** The channel of places. */
  Map<String, Object> x() {
    return switch (scales.x()) {
      case Scales.Linear linear ->
          object(
              "field",
              "x",
              "type",
              "quantitative",
              "title",
              chart.x().title(),
              "scale",
              scale(linear.ticks(), 10),
              "axis",
              axis(linear.ticks(), ((Axis.Numbers) chart.x()).format(), false));
      case Scales.Bands bands ->
          object(
              "field",
              "x",
              "type",
              "nominal",
              "title",
              chart.x().title(),
              "sort",
              bands.names(),
              "scale",
              bands(bands.names()),
              "axis",
              object("labelAngle", level() ? 0 : -30, "grid", false));
    };
  }

  private Map<String, Object> bands(List<String> names) {
    return chart.series().stream().anyMatch(series -> series.mark() == Mark.BAR)
        ? object("domain", names, "paddingInner", 0.2, "paddingOuter", 0.1)
        : object("domain", names, "padding", 0.5);
  }

  private boolean level() {
    return !layout.places().slanted()
        && layout.places().lines().stream().allMatch(label -> label.size() == 1);
  }

  /** The channel of values. */
  Map<String, Object> y() {
    return object(
        "field",
        "y",
        "type",
        "quantitative",
        "title",
        SvgLayout.yTitle(chart),
        "scale",
        scale(scales.y(), 0),
        "axis",
        axis(scales.y(), chart.y().format(), true));
  }

  private static Map<String, Object> scale(Ticks ticks, int padding) {
    return object(
        "domain",
        List.of(ticks.low(), ticks.high()),
        "nice",
        false,
        "zero",
        false,
        "padding",
        padding);
  }

  private static Map<String, Object> axis(Ticks ticks, Axis.Format format, boolean grid) {
    int decimals = ticks.step().stripTrailingZeros().scale();
    boolean large = Math.max(Math.abs(ticks.low()), Math.abs(ticks.high())) >= 1e4;
    String pattern =
        switch (format) {
          case PERCENT -> "." + Math.max(0, decimals - 2) + "%";
          case NUMBER -> large ? "~s" : "." + Math.max(0, decimals) + "f";
        };
    return object("values", ticks.values(), "format", pattern, "grid", grid);
  }
}
