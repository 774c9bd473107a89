package dev.mlxmtp.kernel.display;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lines and points on a grid of cells, with both axes. */
final class TextGrid {
  private final Chart chart;
  private final TextSheet sheet;
  private final Lettering letters;
  private final Scales scales;
  private final int labelWidth;
  private final TextCanvas canvas;
  private final boolean single;

  TextGrid(Chart chart, TextSheet sheet) {
    this.chart = chart;
    this.sheet = sheet;
    this.letters = sheet.letters();
    this.single = chart.series().size() == 1;
    int height = Math.clamp(sheet.width() / 5, 10, 16);
    this.scales = Scales.of(chart, Math.max(2, sheet.width() / 8), height / 3);
    this.labelWidth =
        (int)
            scales.y().labels(chart.y().format()).stream()
                .mapToDouble(letters::width)
                .max()
                .orElse(0);
    this.canvas = new TextCanvas(sheet.width() - labelWidth - 2, height, sheet.ascii());
  }

  List<String> lines() {
    chart.rules().forEach(rule -> canvas.rule(scales.y().share(rule.y())));
    for (int i = 0; i < chart.series().size(); i++) {
      draw(i);
    }
    List<String> lines = new ArrayList<>();
    String y = sheet.readable(chart.y().title());
    if (!y.isEmpty()) {
      lines.add(letters.fit(y, sheet.width()));
    }
    rows(lines);
    xAxis(lines);
    String x = letters.fit(sheet.readable(chart.x().title()), canvas.width());
    if (!x.isEmpty()) {
      int before = labelWidth + 2 + (canvas.width() - (int) letters.width(x)) / 2;
      lines.add(" ".repeat(before) + x);
    }
    lines.addAll(sheet.flow(legend()));
    return lines;
  }

  private void draw(int index) {
    Series series = chart.series().get(index);
    List<Point> points = scales.sorted(series);
    if (series.mark().joined()) {
      for (int i = 1; i < points.size(); i++) {
        Point from = points.get(i - 1);
        Point to = points.get(i);
        if (series.mark() == Mark.STEP) {
          Point corner = new Point.At(0, from.y());
          canvas.line(x(from), y(corner), x(to), y(corner));
          canvas.line(x(to), y(corner), x(to), y(to));
        } else {
          canvas.line(x(from), y(from), x(to), y(to));
        }
      }
    }
    // Letters on a crowded line would hide it; those of several series stand at different places.
    boolean crowded = series.mark().joined() && points.size() > canvas.width() / 4;
    int step = crowded ? points.size() / 8 : 1;
    int first = crowded ? index * step / chart.series().size() : 0;
    for (int i = first; i < points.size(); i += step) {
      canvas.mark(x(points.get(i)), y(points.get(i)), letter(index));
    }
  }

  private double x(Point point) {
    return scales.x().share(point);
  }

  private double y(Point point) {
    return scales.y().share(point.y());
  }

  private char letter(int index) {
    return (single ? sheet.glyph("•", "o") : sheet.letter(index)).charAt(0);
  }

  private void rows(List<String> lines) {
    Map<Integer, String> labels = new HashMap<>();
    List<String> texts = scales.y().labels(chart.y().format());
    List<BigDecimal> values = scales.y().values();
    for (int i = 0; i < values.size(); i++) {
      labels.put(canvas.row(scales.y().share(values.get(i).doubleValue())), texts.get(i));
    }
    for (int row = 0; row < canvas.height(); row++) {
      String axis = labels.containsKey(row) ? sheet.glyph("┤", "+") : sheet.glyph("│", "|");
      lines.add(
          letters.right(labels.getOrDefault(row, ""), labelWidth) + " " + axis + canvas.row(row));
    }
  }

  private void xAxis(List<String> lines) {
    TreeMap<Integer, String> labels = new TreeMap<>();
    switch (scales.x()) {
      case Scales.Linear linear -> {
        List<String> texts = linear.ticks().labels(((Axis.Numbers) chart.x()).format());
        List<BigDecimal> values = linear.ticks().values();
        for (int i = 0; i < values.size(); i++) {
          labels.put(
              canvas.column(linear.ticks().share(values.get(i).doubleValue())), texts.get(i));
        }
      }
      case Scales.Bands bands -> {
        int count = bands.names().size();
        double room = Math.max(8, canvas.width() / (double) count - 1);
        for (int i = 0; i < count; i++) {
          labels.put(
              canvas.column((i + 0.5) / count),
              letters.squeeze(sheet.readable(bands.names().get(i)), room));
        }
      }
    }
    StringBuilder axis = new StringBuilder(sheet.glyph("─", "-").repeat(canvas.width()));
    StringBuilder below = new StringBuilder();
    int used = 0;
    for (Map.Entry<Integer, String> label : labels.entrySet()) {
      int width = (int) letters.width(label.getValue());
      int middle = labelWidth + 2 + label.getKey();
      int start = Math.clamp(middle - width / 2, 0, Math.max(0, sheet.width() - width));
      if (used > 0 && start <= used) {
        continue;
      }
      below.append(" ".repeat(start - used)).append(label.getValue());
      used = start + width;
      axis.setCharAt(label.getKey(), sheet.glyph("┬", "+").charAt(0));
    }
    lines.add(" ".repeat(labelWidth + 1) + sheet.glyph("└", "+") + axis);
    lines.add(below.toString());
  }

  private List<String> legend() {
    List<String> entries = new ArrayList<>();
    String name = chart.series().getFirst().name();
    if (!single) {
      entries.addAll(sheet.names(chart));
    } else if (!name.equals(chart.title())) {
      entries.add(letters.squeeze(letter(0) + " " + sheet.readable(name), sheet.width()));
    }
    if (canvas.shared()) {
      entries.add("* several");
    }
    entries.addAll(sheet.rules(chart, canvas.ruleMark().repeat(2)));
    return entries;
  }
}
