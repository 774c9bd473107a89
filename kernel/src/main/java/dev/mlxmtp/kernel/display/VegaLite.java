package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A chart as a Vega-Lite 5 specification, in the colours and with the ticks of {@link Svg}. Its
 * data lie within; its background is transparent, its letters of a grey that a white page and a
 * dark one both show.
 */
public final class VegaLite {
  private static final String SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";
  private static final int WIDTH = 560;
  private static final int HEIGHT = 240;

  private final Chart chart;
  private final Scales scales;
  private final SvgLayout layout;
  private final VegaAxes axes;

  private VegaLite(Chart chart) {
    this.chart = chart;
    this.scales = Scales.ofPicture(chart);
    this.layout = SvgLayout.of(chart, scales);
    this.axes = new VegaAxes(chart, scales, layout);
  }

  /**
   * Writes the specification.
   *
   * @return maps, lists, strings, numbers and booleans, as JSON has them; unmodifiable
   * @throws IllegalArgumentException where the chart has no series
   */
  public static Map<String, Object> of(Chart chart) {
    return new VegaLite(chart).specification();
  }

  private Map<String, Object> specification() {
    List<Map<String, Object>> layers = new ArrayList<>();
    layer(layers, series -> series.mark() == Mark.BAR, bar(), bars());
    for (Mark mark : List.of(Mark.LINE, Mark.STEP)) {
      layer(
          layers,
          series -> series.mark() == mark,
          object("type", "line", "interpolate", mark == Mark.STEP ? "step-after" : "linear"),
          appearance("strokeDash"));
    }
    layer(
        layers,
        Series::marked,
        object("type", "point", "filled", true, "size", 70, "opacity", 1),
        appearance("shape"));
    rules(layers);
    return object(
        "$schema",
        SCHEMA,
        "title",
        title(),
        "width",
        WIDTH,
        "height",
        HEIGHT,
        "background",
        "transparent",
        "layer",
        List.copyOf(layers),
        "config",
        config());
  }

  private Map<String, Object> title() {
    Map<String, Object> title =
        new LinkedHashMap<>(object("text", layout.title(), "anchor", "start"));
    if (!layout.subtitle().isEmpty()) {
      title.put("subtitle", layout.subtitle());
    }
    return Collections.unmodifiableMap(title);
  }

  private void layer(
      List<Map<String, Object>> layers,
      Predicate<Series> chosen,
      Map<String, Object> mark,
      Map<String, Object> appearance) {
    List<Map<String, Object>> rows =
        chart.series().stream()
            .filter(chosen)
            .flatMap(series -> scales.sorted(series).stream().map(point -> row(series, point)))
            .toList();
    if (rows.isEmpty()) {
      return;
    }
    Map<String, Object> encoding = new LinkedHashMap<>();
    encoding.put("x", axes.x());
    encoding.put("y", axes.y());
    encoding.putAll(appearance);
    encoding.put("tooltip", tooltip());
    layers.add(
        object(
            "data",
            object("values", rows),
            "mark",
            mark,
            "encoding",
            Collections.unmodifiableMap(encoding)));
  }

  private Map<String, Object> row(Series series, Point point) {
    Object place =
        scales.x() instanceof Scales.Linear && point instanceof Point.At at
            ? at.x()
            : point.category();
    return object(
        "series",
        series.name(),
        "x",
        place,
        "y",
        point.y(),
        "label",
        chart.y().format().label(point.y()));
  }

  private List<Map<String, Object>> tooltip() {
    String type = scales.x() instanceof Scales.Linear ? "quantitative" : "nominal";
    return List.of(
        object("field", "series", "type", "nominal", "title", "series"),
        object("field", "x", "type", type, "title", named(chart.x(), "x")),
        object("field", "label", "type", "nominal", "title", named(chart.y(), "y")));
  }

  private static String named(Axis axis, String otherwise) {
    return axis.title().isBlank() ? otherwise : axis.title();
  }

  private Map<String, Object> bar() {
    boolean single = chart.series().stream().filter(s -> s.mark() == Mark.BAR).count() == 1;
    return single && scales.x() instanceof Scales.Bands bands
        ? object(
            "type",
            "bar",
            "width",
            Math.min(SvgMarks.WIDEST_BAR, 0.8 * WIDTH / bands.names().size()))
        : object("type", "bar");
  }

  private Map<String, Object> bars() {
    List<String> names =
        chart.series().stream().filter(s -> s.mark() == Mark.BAR).map(Series::name).toList();
    Map<String, Object> encoding = new LinkedHashMap<>();
    if (names.size() > 1) {
      encoding.put(
          "xOffset",
          object(
              "field",
              "series",
              "type",
              "nominal",
              "sort",
              names,
              "scale",
              object("domain", names)));
    }
    encoding.put("color", bySeries("colour"));
    return encoding;
  }

  private Map<String, Object> appearance(String channel) {
    return object("color", bySeries("colour"), channel, bySeries(channel));
  }

  private Map<String, Object> bySeries(String channel) {
    List<String> names = chart.series().stream().map(Series::name).toList();
    List<Object> range =
        IntStream.range(0, names.size())
            .mapToObj(Palette::look)
            .map(
                look ->
                    switch (channel) {
                      case "strokeDash" -> look.dash().isEmpty() ? List.of(1, 0) : look.dash();
                      case "shape" -> look.marker().vega();
                      default -> look.colour();
                    })
            .toList();
    return object(
        "field",
        "series",
        "type",
        "nominal",
        "title",
        "",
        "scale",
        object("domain", names, "range", range));
  }

  private int columns() {
    double widest =
        chart.series().stream()
            .map(Series::name)
            .mapToDouble(SvgLayout.LETTERS::width)
            .max()
            .orElse(0);
    return Math.clamp((int) (WIDTH / (widest + 40)), 1, 6);
  }

  private void rules(List<Map<String, Object>> layers) {
    for (RuleLabel rule : RuleLabel.of(chart, scales.y(), 0, HEIGHT)) {
      layers.add(
          fixed(
              object(
                  "type", "rule", "color", Palette.GREY, "strokeDash", List.of(6, 4), "size", 1.5),
              object("y", object("value", rule.line()))));
      layers.add(
          fixed(
              object(
                  "type",
                  "text",
                  "text",
                  rule.lines(),
                  "color",
                  Palette.GREY,
                  "align",
                  "left",
                  "dx",
                  6),
              object("x", object("value", WIDTH), "y", object("value", rule.middle()))));
    }
  }

  /** A mark at pixels, whatever the data. */
  private static Map<String, Object> fixed(Map<String, Object> mark, Map<String, Object> encoding) {
    return object("data", object("values", List.of(object())), "mark", mark, "encoding", encoding);
  }

  private Map<String, Object> config() {
    Map<String, Object> letters =
        object("labelColor", Palette.GREY, "titleColor", Palette.GREY, "labelLimit", 150);
    Map<String, Object> axis = new LinkedHashMap<>(letters);
    axis.put("domainColor", Palette.GREY);
    axis.put("tickColor", Palette.GREY);
    axis.put("gridColor", Palette.GREY);
    axis.put("gridOpacity", 0.25);
    axis.put("titleFontWeight", "normal");
    Map<String, Object> legend = new LinkedHashMap<>(letters);
    legend.put("labelLimit", WIDTH);
    legend.put("orient", "top");
    legend.put("columns", columns());
    legend.put("symbolOpacity", 1);
    legend.put("disable", layout.legend().isEmpty());
    return object(
        "view",
        object("stroke", "transparent"),
        "axis",
        Collections.unmodifiableMap(axis),
        "legend",
        Collections.unmodifiableMap(legend),
        "title",
        object("color", Palette.GREY, "subtitleColor", Palette.GREY));
  }

  /** An object of JSON, in the order given. */
  static Map<String, Object> object(Object... namesAndValues) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return Collections.unmodifiableMap(object);
  }
}
