package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ChartTest {
  private record Round(int depth, double rate) {}

  private static void refused(String part, Executable chart) {
    String message = assertThrows(IllegalArgumentException.class, chart).getMessage();
    assertTrue(message.contains(part), message);
    assertEquals(1, message.lines().count());
  }

  private static List<Point> only(Chart chart) {
    assertEquals(1, chart.series().size());
    return chart.series().getFirst().points();
  }

  @Test
  void everyWayToGiveNumbers() {
    List<Point> expected = List.of(Point.of(1, .8), Point.of(2, .7));
    Chart empty = Chart.lines("t");
    assertEquals(expected, only(empty.series("s", .8, .7)));
    assertEquals(expected, only(empty.series("s", new double[] {1, 2}, new double[] {.8, .7})));
    assertEquals(expected, only(empty.series("s", List.of(1, 2L), List.of(.8, .7))));
    assertEquals(expected, only(empty.series("s", new TreeMap<>(Map.of(2, .7, 1, .8)))));
    assertEquals(expected, only(empty.series("s", expected.stream())));
    List<Round> rounds = List.of(new Round(1, .8), new Round(2, .7));
    assertEquals(expected, only(empty.series("s", rounds, Round::depth, Round::rate)));
    assertTrue(empty.series().isEmpty());
  }

  @Test
  void aMapKeepsItsOrderIfItHasOne() {
    Map<String, Double> ordered = new LinkedHashMap<>();
    ordered.put("b", 1.0);
    ordered.put("a", 2.0);
    assertEquals(
        List.of(Point.of("b", 1), Point.of("a", 2)), only(Chart.bars("t").series(ordered)));
    assertEquals(
        List.of(Point.of("a", 2), Point.of("b", 1), Point.of("c", 3)),
        only(Chart.bars("t").series(Map.of("c", 3, "b", 1, "a", 2))));
  }

  @Test
  void categoriesChangeTheAxisAndNumbersAmongThemAreOrdered() {
    Chart named = Chart.lines("t").x("model").series("s", List.of("a", "b"), List.of(1, 2));
    assertEquals(Axis.categories("model"), named.x());
    Chart bars = Chart.bars("t").series("s", List.of(8, 1), List.of(1, 2)).series("r", 1, 2);
    Scales scales = Scales.of(bars, 5, 5);
    assertEquals(List.of("1", "2", "8"), assertInstanceOf(Scales.Bands.class, scales.x()).names());
  }

  @Test
  void numbersThatCantBeDrawnAreRefused() {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1e301}) {
      refused(
          "Point 2 of the series 's' has y = " + bad, () -> Chart.lines("t").series("s", 1, bad));
      refused(
          "has x = " + bad,
          () -> Chart.lines("t").series("s", new double[] {bad}, new double[] {1}));
      refused("rule 'r'", () -> Chart.lines("t").rule(bad, "r"));
      refused("An axis can't run", () -> Chart.lines("t").yRange(0, bad));
    }
    refused("An axis can't run", () -> Chart.lines("t").yRange(1, 1));
  }

  @Test
  void whatSaysNothingIsRefused() {
    refused("'s' has no points", () -> Chart.lines("t").series("s"));
    refused("'s' has no points", () -> Chart.bars("t").series("s", Map.of()));
    refused("needs a name", () -> Chart.bars("t").series(" ", 1));
    refused(
        "3 places but 2 values",
        () -> Chart.bars("t").series("s", List.of(1, 2, 3), List.of(1, 2)));
    refused("'t' has a series 's' already", () -> Chart.bars("t").series("s", 1).series("s", 2));
    refused(
        "two values for 'a'",
        () -> Chart.bars("t").series("s", Stream.of(Point.of("a", 1), Point.of("a", 2))));
    refused("an x axis of numbers", () -> Chart.bars("t").series("s", 1).x(Axis.numbers("")));
    for (Executable rendering :
        List.<Executable>of(
            () -> Svg.of(Chart.bars("t")),
            () -> VegaLite.of(Chart.bars("t")),
            () -> TextChart.of(Chart.bars("t"), 80))) {
      refused("'t' has no series", rendering);
    }
  }

  @Test
  void theValuesDecideWhatTheYAxisShows() {
    assertEquals(0, y(Chart.bars("t").series("s", 90, 100)).low());
    assertTrue(y(Chart.lines("t").series("s", 90, 100)).low() >= 80);
    assertEquals(0, y(Chart.lines("t").series("s", 3, 100)).low());
    assertEquals(List.of(0.0, 1.0), ends(Chart.lines("t").yRange(0, 1).series("s", .4, .5)));
    assertEquals(List.of(.4, .6), ends(Chart.lines("t").yRange(.4, .6).series("s", .5)));
    assertEquals(List.of(0.0, 2.0), ends(Chart.lines("t").yRange(0, 1).series("s", .4, 1.9)));
    assertTrue(y(Chart.lines("t").series("s", 1, 2).rule(7, "r")).high() >= 7);
  }

  private static Ticks y(Chart chart) {
    return Scales.of(chart, 5, 5).y();
  }

  private static List<Double> ends(Chart chart) {
    return List.of(y(chart).low(), y(chart).high());
  }

  @Test
  void numbersForReaders() {
    assertEquals("0", Figures.number(0));
    assertEquals("0.05", Figures.number(.05));
    assertEquals("2.5", Figures.number(2.5));
    assertEquals("-20.3", Figures.number(-20.25));
    assertEquals("210", Figures.number(210.4));
    assertEquals("1000", Figures.number(999.6));
    assertEquals("1039", Figures.number(1039.4));
    assertEquals("10K", Figures.number(9999.5));
    assertEquals("12.7K", Figures.number(12_712));
    assertEquals("1M", Figures.number(999_999));
    assertEquals("2.5E-7", Figures.number(2.5e-7));
    assertEquals("82.6%", Axis.Format.PERCENT.label(.826));
    assertEquals("50%", Axis.Format.PERCENT.label(.5));
  }
}
