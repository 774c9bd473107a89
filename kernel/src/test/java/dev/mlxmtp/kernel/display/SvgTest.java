package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SvgTest {
  private static final Pattern START = Pattern.compile("M(\\S+?) (\\S+?)m.*");

  private record Mapping(double slope, double zero) {
    double pixel(double value) {
      return zero + slope * value;
    }
  }

  private static Element parse(Chart chart) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(Svg.of(chart))))
        .getDocumentElement();
  }

  private static List<Element> elements(Element root, String name) {
    NodeList nodes = root.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  /** From values to pixels, as a reader finds it: by two labels of the axis. */
  private static Mapping axis(Element root, String anchor, String at, String one, String other) {
    double first = position(root, anchor, at, one);
    double second = position(root, anchor, at, other);
    double from = Double.parseDouble(one.replace("%", "e-2"));
    double to = Double.parseDouble(other.replace("%", "e-2"));
    double slope = (second - first) / (to - from);
    return new Mapping(slope, first - slope * from);
  }

  private static double position(Element root, String anchor, String at, String label) {
    return elements(root, "text").stream()
        .filter(text -> text.getAttribute("text-anchor").equals(anchor))
        .filter(text -> text.getTextContent().equals(label))
        .mapToDouble(text -> number(text, at))
        .findFirst()
        .orElseThrow();
  }

  /** The markers of the plot, without those of the legend: x, y. */
  private static List<double[]> markers(Element root) {
    List<double[]> markers = new ArrayList<>();
    for (Element path : elements(root, "path")) {
      Matcher start = START.matcher(path.getAttribute("d"));
      if (path.getTextContent().contains(":") && start.matches()) {
        markers.add(
            new double[] {Double.parseDouble(start.group(1)), Double.parseDouble(start.group(2))});
      }
    }
    return markers;
  }

  @Test
  void everyPointLiesWhereTheAxesSayItDoes() throws Exception {
    Chart chart = ChartSamples.lines();
    Element root = parse(chart);
    Mapping x = axis(root, "middle", "x", "1", "5");
    // The baseline of a label is 4 pixels below the middle of its letters.
    Mapping y = axis(root, "end", "y", "40%", "80%");
    List<double[]> markers = markers(root);
    int found = 0;
    for (Series series : chart.series()) {
      for (Point point : series.points()) {
        double atX = x.pixel(((Point.At) point).x());
        double atY = y.pixel(point.y()) - 4;
        assertTrue(
            markers.stream()
                .anyMatch(m -> Math.abs(m[0] - atX) < 0.1 && Math.abs(m[1] - atY) < 0.1),
            point.toString());
        found++;
      }
    }
    assertEquals(found, markers.size());
  }

  @Test
  void aCrowdedLineGoesThroughItsPoints() throws Exception {
    double[] ys = new double[200];
    for (int i = 0; i < ys.length; i++) {
      ys[i] = i % 7;
    }
    Element root = parse(Chart.lines("t").series("s", ys));
    String path =
        elements(root, "path").stream()
            .filter(element -> element.hasAttribute("stroke"))
            .map(element -> element.getAttribute("d"))
            .findFirst()
            .orElseThrow();
    assertEquals(ys.length, path.split("[ML]").length - 1);
    Mapping y = axis(root, "end", "y", "0", "6");
    assertEquals(y.pixel(3) - 4, Double.parseDouble(path.split("[ML]")[4].split(" ")[1]), 0.1);
  }

  @Test
  void barsAreAsHighAsTheirValues() throws Exception {
    Element root = parse(ChartSamples.grouped());
    List<Element> bars =
        elements(root, "rect").stream().filter(r -> r.getTextContent().contains("·")).toList();
    assertEquals(12, bars.size());
    double unit = number(bars.getFirst(), "height") / 506;
    assertEquals(1039 * unit, number(bars.getLast(), "height"), 0.05);
    HashSet<String> places = new HashSet<>();
    for (Element bar : bars) {
      assertTrue(places.add(bar.getAttribute("x")), "two bars stand in one place");
    }
  }

  @Test
  void barsBelowZeroHangFromIt() throws Exception {
    Element root = parse(Chart.bars("t").series("s", 30, -20));
    List<Element> bars = elements(root, "rect");
    Element up = bars.get(1);
    Element down = bars.get(2);
    assertEquals(number(up, "y") + number(up, "height"), number(down, "y"), 0.02);
    assertEquals(number(up, "height") / 3, number(down, "height") / 2, 0.02);
  }

  @Test
  void everySampleIsXmlThatStaysInItsFrame() throws Exception {
    for (Chart chart : ChartSamples.all()) {
      Element root = parse(chart);
      assertEquals("svg", root.getLocalName());
      assertEquals(chart.title(), elements(root, "title").getFirst().getTextContent());
      assertTrue(elements(root, "script").isEmpty());
      double height = Double.parseDouble(root.getAttribute("viewBox").split(" ")[3]);
      for (Element text : elements(root, "text")) {
        assertFalse(text.getAttribute("id").length() > 0);
        if (text.hasAttribute("transform")) {
          continue;
        }
        double width = Lettering.pixels(12).width(text.getTextContent());
        String anchor = text.getAttribute("text-anchor");
        double left =
            number(text, "x") - (anchor.equals("end") ? width : anchor.isEmpty() ? 0 : width / 2);
        String where = chart.title() + ": " + text.getTextContent();
        assertTrue(left >= 0 && left + width <= 720, where);
        assertTrue(number(text, "y") >= 10 && number(text, "y") <= height, where);
      }
      assertFalse(Svg.of(chart).contains("NaN"), chart.title());
      assertFalse(Svg.of(chart).contains("Infinity"), chart.title());
    }
  }

  @Test
  void whatXmlCantHoldIsReplaced() throws Exception {
    String name = "<&>\"' \u0000\u001b\uD800 é 量 😀";
    Element root = parse(Chart.lines(name).series(name + "2", 1, 2));
    assertEquals(
        "<&>\"' \uFFFD\uFFFD\uFFFD é 量 😀", elements(root, "title").getFirst().getTextContent());
  }

  @Test
  void theDescriptionTellsTheValues() throws Exception {
    String few = elements(parse(ChartSamples.lines()), "desc").getFirst().getTextContent();
    assertTrue(few.startsWith("mtp (line): 1 82.6%, 2 70%, "), few);
    assertTrue(few.contains("ngram (line): 1 50%, 2 42%, "), few);
    Element many = parse(Chart.lines("t").series("s", new double[1000]).series("r", 1, 2));
    assertEquals(
        "s (line): 1000 points from 0 to 0; r (line): 1 1, 2 2.",
        elements(many, "desc").getFirst().getTextContent());
  }

  @Test
  void seriesDifferInMoreThanColour() {
    HashSet<Palette.Look> looks = new HashSet<>();
    HashSet<List<Object>> shapes = new HashSet<>();
    for (int i = 0; i < 36; i++) {
      Palette.Look look = Palette.look(i);
      looks.add(look);
      if (i < 6) {
        shapes.add(List.of(look.dash(), look.marker()));
      }
    }
    assertEquals(36, looks.size());
    assertEquals(6, shapes.size());
  }
}
