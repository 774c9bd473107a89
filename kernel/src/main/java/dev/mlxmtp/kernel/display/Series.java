package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Points of one name, drawn alike.
 *
 * @param points at least one, in any order
 */
public record Series(String name, Mark mark, List<Point> points) {
  // Differences of two such numbers, and what is scaled by them, stay finite.
  private static final double LARGEST = 1e300;
  private static final int MOST_MARKERS = 60;

  /**
   * Keeps its own copy of the points.
   *
   * @throws IllegalArgumentException where the name is blank, there is no point, a number is not
   *     finite (or beyond 1e300), or bars have two values in one category
   */
  public Series {
    if (name.isBlank()) {
      throw new IllegalArgumentException("A series needs a name.");
    }
    points = List.copyOf(points);
    if (points.isEmpty()) {
      throw new IllegalArgumentException(
          "The series '" + name + "' has no points: give it at least one.");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      check(name, i, "y", point.y());
      if (point instanceof Point.At at) {
        check(name, i, "x", at.x());
      }
      if (mark == Mark.BAR && !seen.add(point.category())) {
        throw new IllegalArgumentException(
            "The series '"
                + name
                + "' has two values for '"
                + point.category()
                + "': a bar shows one, so add them up or use points.");
      }
    }
  }

  private static void check(String name, int index, String axis, double value) {
    if (!drawable(value)) {
      throw new IllegalArgumentException(
          "Point "
              + (index + 1)
              + " of the series '"
              + name
              + "' has "
              + axis
              + " = "
              + value
              + ", but a chart needs finite numbers: leave the point out.");
    }
  }

  static boolean drawable(double value) {
    return Math.abs(value) <= LARGEST;
  }

  /** True where each place is a number, so that an axis of numbers can show it. */
  boolean numeric() {
    return points.stream().allMatch(Point.At.class::isInstance);
  }

  /** True where each point has a marker in a picture; on a crowded line they would hide it. */
  boolean marked() {
    return mark == Mark.POINT || mark.joined() && points.size() <= MOST_MARKERS;
  }

  /**
   * Values in a row, at 1, 2, 3 and so on.
   *
   * @throws IllegalArgumentException as the constructor
   */
  public static Series of(String name, Mark mark, double... ys) {
    List<Point> points = new ArrayList<>(ys.length);
    for (double y : ys) {
      points.add(Point.of(points.size() + 1, y));
    }
    return new Series(name, mark, points);
  }

  /**
   * Values and their places, one each.
   *
   * @param xs numbers or, of any other class, the names of categories
   * @throws IllegalArgumentException where they differ in length, and as the constructor
   */
  public static Series of(String name, Mark mark, List<?> xs, List<? extends Number> ys) {
    if (xs.size() != ys.size()) {
      throw new IllegalArgumentException(
          "The series '"
              + name
              + "' has "
              + xs.size()
              + " places but "
              + ys.size()
              + " values: give as many of one as of the other.");
    }
    List<Point> points = new ArrayList<>(xs.size());
    Iterator<? extends Number> values = ys.iterator();
    for (Object x : xs) {
      points.add(point(x, values.next().doubleValue()));
    }
    return new Series(name, mark, points);
  }

  /**
   * Values by place. A map without an order of its own is taken in the order of its names.
   *
   * @param values by number or, of any other class, by the name of a category
   * @throws IllegalArgumentException as the constructor
   */
  public static Series of(String name, Mark mark, Map<?, ? extends Number> values) {
    List<Point> points = new ArrayList<>(values.size());
    values.forEach((x, y) -> points.add(point(x, y.doubleValue())));
    if (!(values instanceof SequencedMap)) {
      points.sort(Comparator.comparing(Point::category));
    }
    return new Series(name, mark, points);
  }

  /** The point at a number or in the category that an object names. */
  static Point point(Object x, double y) {
    return x instanceof Number number
        ? Point.of(number.doubleValue(), y)
        : Point.of(x.toString(), y);
  }
}
