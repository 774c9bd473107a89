package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A plot, before anyone decides how it is shown: {@link Svg}, {@link VegaLite} and {@link
 * TextChart} draw the same chart. Each method returns a changed copy:
 *
 * <pre>{@code
 * Chart.lines("Acceptance by depth").x("depth").y("accepted").percent()
 *     .series("mtp", List.of(1, 2, 3), List.of(.82, .70, .61))
 *     .rule(.5, "half");
 * Chart.bars("Speed").y("tok/s").series(Map.of("plain", 506, "mtp", 895));
 * }</pre>
 *
 * @param mark how the series that come next are drawn
 * @param series drawn in this order; a chart without any can't be shown yet
 */
public record Chart(
    String title,
    Optional<String> subtitle,
    Axis x,
    Axis.Numbers y,
    Mark mark,
    List<Series> series,
    List<Rule> rules)
    implements Visual {

  /**
   * Keeps its own copies of the lists.
   *
   * @throws IllegalArgumentException where two series bear one name, or the x axis has numbers but
   *     a series has bars or categories
   */
  public Chart {
    series = List.copyOf(series);
    rules = List.copyOf(rules);
    Set<String> names = new HashSet<>();
    for (Series each : series) {
      if (!names.add(each.name())) {
        throw new IllegalArgumentException(
            "The chart '"
                + title
                + "' has a series '"
                + each.name()
                + "' already: give this one another name.");
      }
      if (x instanceof Axis.Numbers && needsCategories(each)) {
        throw new IllegalArgumentException(
            "The series '"
                + each.name()
                + "' has bars or categories, which an x axis of numbers can't show: use"
                + " Axis.categories.");
      }
    }
  }

  private static boolean needsCategories(Series series) {
    return series.mark() == Mark.BAR || !series.numeric();
  }

  /** A chart of bars over categories, its y axis from zero. */
  public static Chart bars(String title) {
    return of(title, Axis.categories(""), Mark.BAR);
  }

  /** A chart of lines over numbers or, if its series have such, categories. */
  public static Chart lines(String title) {
    return of(title, Axis.numbers(""), Mark.LINE);
  }

  /** A chart of points that nothing joins. */
  public static Chart points(String title) {
    return of(title, Axis.numbers(""), Mark.POINT);
  }

  /** A chart of values that hold until the next. */
  public static Chart steps(String title) {
    return of(title, Axis.numbers(""), Mark.STEP);
  }

  private static Chart of(String title, Axis x, Mark mark) {
    return new Chart(title, Optional.empty(), x, Axis.numbers(""), mark, List.of(), List.of());
  }

  /** Says more below the title. */
  public Chart subtitle(String subtitle) {
    return new Chart(title, Optional.of(subtitle), x, y, mark, series, rules);
  }

  /** Names the x axis. */
  public Chart x(String title) {
    return x(x.titled(title));
  }

  /**
   * Chooses the x axis, such as {@link Axis#categories} to space numbers evenly.
   *
   * @throws IllegalArgumentException where the series don't fit it
   */
  public Chart x(Axis axis) {
    return new Chart(title, subtitle, axis, y, mark, series, rules);
  }

  /** Names the y axis. */
  public Chart y(String title) {
    return y(y.titled(title));
  }

  /** Chooses the y axis. */
  public Chart y(Axis.Numbers axis) {
    return new Chart(title, subtitle, x, axis, mark, series, rules);
  }

  /** Writes the numbers of the y axis as percentages. */
  public Chart percent() {
    return y(y.format(Axis.Format.PERCENT));
  }

  /**
   * Shows at least these numbers on the y axis; data outside widen it.
   *
   * @throws IllegalArgumentException where the range is empty or has no end
   */
  public Chart yRange(double from, double to) {
    return y(y.range(from, to));
  }

  /**
   * Draws a horizontal line to compare with.
   *
   * @throws IllegalArgumentException where y is not finite
   */
  public Chart rule(double y, String label) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(new Rule(y, label));
    return new Chart(title, subtitle, x, this.y, mark, series, more);
  }

  /** Draws the series that come next otherwise. */
  public Chart mark(Mark mark) {
    return new Chart(title, subtitle, x, y, mark, series, rules);
  }

  /**
   * Adds a series. One of bars or categories turns an x axis of numbers into categories.
   *
   * @throws IllegalArgumentException where the chart has one of this name
   */
  public Chart series(Series added) {
    List<Series> more = new ArrayList<>(series);
    more.add(added);
    Axis axis = needsCategories(added) ? Axis.categories(x.title()) : x;
    return new Chart(title, subtitle, axis, y, mark, more, rules);
  }

  /** Adds values in a row, at 1, 2, 3 and so on; throws what {@link Series} does. */
  public Chart series(String name, double... ys) {
    return series(Series.of(name, mark, ys));
  }

  /** Adds values and their places, one each; throws what {@link Series} does. */
  public Chart series(String name, double[] xs, double[] ys) {
    return series(name, Arrays.stream(xs).boxed().toList(), Arrays.stream(ys).boxed().toList());
  }

  /** Adds values and their places, numbers or names; throws what {@link Series} does. */
  public Chart series(String name, List<?> xs, List<? extends Number> ys) {
    return series(Series.of(name, mark, xs, ys));
  }

  /** Adds values by place, a number or a name; throws what {@link Series} does. */
  public Chart series(String name, Map<?, ? extends Number> values) {
    return series(Series.of(name, mark, values));
  }

  /** Adds the only series, which bears the chart's title; throws what {@link Series} does. */
  public Chart series(Map<?, ? extends Number> values) {
    return series(title, values);
  }

  /** Adds points; throws what {@link Series} does. */
  public Chart series(String name, Stream<? extends Point> points) {
    return series(new Series(name, mark, points.map(Point.class::cast).toList()));
  }

  /**
   * Adds a point for each item; throws what {@link Series} does.
   *
   * @param x its place, a number or a name
   * @param y its value
   */
  public <T> Chart series(
      String name, Collection<T> items, Function<? super T, ?> x, ToDoubleFunction<? super T> y) {
    return series(
        name, items.stream().map(item -> Series.point(x.apply(item), y.applyAsDouble(item))));
  }

  @Override
  public void print(Screen screen) {
    TextChart.of(this, screen.width(), screen.isAscii()).forEach(screen::println);
  }

  /** Data for a notebook that draws, and a picture for one that does not. */
  @Override
  public Map<String, Object> forms() {
    Map<String, Object> forms = new LinkedHashMap<>();
    forms.put("application/vnd.vegalite.v5+json", VegaLite.of(this));
    forms.put("image/svg+xml", Svg.of(this));
    return forms;
  }
}
