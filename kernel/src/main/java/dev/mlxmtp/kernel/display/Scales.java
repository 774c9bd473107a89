package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** Where the points of a chart lie, for every rendering. */
record Scales(Places x, Ticks y) {
  // Below this share of the largest value, a smallest value tells little without zero beside it.
  private static final double NEAR_ZERO = 0.4;
  private static final double SAME = 1e-12;

  /** The x axis. */
  sealed interface Places {
    /** How far along the axis a point lies, from 0 to 1. */
    double share(Point point);
  }

  /** Places by number. */
  record Linear(Ticks ticks) implements Places {
    @Override
    public double share(Point point) {
      return switch (point) {
        case Point.At at -> ticks.share(at.x());
        case Point.In in ->
            throw new IllegalArgumentException(
                "The category '" + in.category() + "' has no place on an axis of numbers.");
      };
    }
  }

  /** Places by name, each in the middle of its band. */
  record Bands(List<String> names) implements Places {
    @Override
    public double share(Point point) {
      return (names.indexOf(point.category()) + 0.5) / names.size();
    }
  }

  /** Lays both axes out for a picture; throws what the other does. */
  static Scales ofPicture(Chart chart) {
    return of(chart, 10, 7);
  }

  /**
   * Lays both axes out.
   *
   * @param xIntervals at most so many steps from mark to mark
   * @param yIntervals the same, before the axis is widened to whole steps
   * @throws IllegalArgumentException where the chart has no series
   */
  static Scales of(Chart chart, int xIntervals, int yIntervals) {
    if (chart.series().isEmpty()) {
      throw new IllegalArgumentException(
          "The chart '"
              + chart.title()
              + "' has no series: add one, such as .series(\"name\", xs, ys).");
    }
    Places places =
        switch (chart.x()) {
          case Axis.Categories _ -> new Bands(categories(chart));
          case Axis.Numbers numbers -> new Linear(x(chart, numbers, xIntervals));
        };
    return new Scales(places, y(chart, yIntervals));
  }

  /** The points of a series in the order of their places. */
  List<Point> sorted(Series series) {
    List<Point> points = new ArrayList<>(series.points());
    points.sort((a, b) -> Double.compare(x.share(a), x.share(b)));
    return points;
  }

  private static List<String> categories(Chart chart) {
    List<Point> points =
        chart.series().stream().map(Series::points).flatMap(Collection::stream).toList();
    if (chart.series().stream().allMatch(Series::numeric)) {
      TreeMap<Double, String> names = new TreeMap<>();
      for (Point point : points) {
        if (point instanceof Point.At at) {
          names.put(at.x() + 0.0, at.category());
        }
      }
      return List.copyOf(names.values());
    }
    Set<String> names = new LinkedHashSet<>();
    points.forEach(point -> names.add(point.category()));
    return List.copyOf(names);
  }

  private static Ticks x(Chart chart, Axis.Numbers axis, int intervals) {
    double[] data =
        chart.series().stream()
            .flatMap(series -> series.points().stream())
            .flatMapToDouble(
                point ->
                    point instanceof Point.At at ? DoubleStream.of(at.x()) : DoubleStream.empty())
            .toArray();
    boolean whole = DoubleStream.of(data).allMatch(value -> value == Math.rint(value));
    DoubleSummaryStatistics all = DoubleStream.of(data).summaryStatistics();
    axis.range().ifPresent(range -> include(all, range));
    if (narrow(all)) {
      double half = all.getMax() == 0 ? 1 : Math.abs(all.getMax()) / 2;
      return Ticks.around(all.getMin() - half, all.getMax() + half, 4);
    }
    return Ticks.within(all.getMin(), all.getMax(), intervals, whole);
  }

  private static Ticks y(Chart chart, int intervals) {
    DoubleSummaryStatistics all = new DoubleSummaryStatistics();
    chart.series().stream()
        .flatMap(series -> series.points().stream())
        .forEach(point -> all.accept(point.y()));
    chart.rules().forEach(rule -> all.accept(rule.y()));
    if (chart.series().stream().anyMatch(series -> series.mark() == Mark.BAR)) {
      all.accept(0);
    }
    Optional<Axis.Range> range = chart.y().range();
    if (range.isPresent()
        && range.get().from() <= all.getMin()
        && range.get().to() >= all.getMax()) {
      return Ticks.within(range.get().from(), range.get().to(), intervals, false);
    }
    range.ifPresent(least -> include(all, least));
    if (narrow(all) || range.isEmpty() && zeroIsNear(all)) {
      all.accept(0);
    }
    return narrow(all)
        ? Ticks.around(0, 1, intervals)
        : Ticks.around(all.getMin(), all.getMax(), intervals);
  }

  private static boolean zeroIsNear(DoubleSummaryStatistics all) {
    return all.getMin() > 0
        ? all.getMin() <= NEAR_ZERO * all.getMax()
        : all.getMax() >= NEAR_ZERO * all.getMin();
  }

  private static boolean narrow(DoubleSummaryStatistics all) {
    double largest = Math.max(Math.abs(all.getMin()), Math.abs(all.getMax()));
    return all.getMax() - all.getMin() <= SAME * largest;
  }

  private static void include(DoubleSummaryStatistics all, Axis.Range range) {
    all.accept(range.from());
    all.accept(range.to());
  }
}
