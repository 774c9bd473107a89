package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jline.utils.WCWidth;
import org.junit.jupiter.api.Test;

class TextChartTest {
  private static final String EIGHTHS = "▏▎▍▌▋▊▉█";

  private static int columns(String line) {
    return line.codePoints().map(WCWidth::wcwidth).sum();
  }

  private static String line(List<String> lines, String part) {
    return lines.stream().filter(line -> line.contains(part)).findFirst().orElseThrow();
  }

  private static int eighths(String line) {
    return line.chars().map(c -> EIGHTHS.indexOf(c) + 1).sum();
  }

  @Test
  void noLineIsWiderThanTheTerminal() {
    for (Chart chart : ChartSamples.all()) {
      for (int width = 40; width <= 120; width++) {
        for (boolean ascii : new boolean[] {true, false}) {
          for (String line : TextChart.of(chart, width, ascii)) {
            assertTrue(columns(line) <= width, width + ": " + line);
            assertTrue(line.chars().noneMatch(Character::isISOControl), line);
            assertTrue(!ascii || line.chars().allMatch(c -> c >= ' ' && c <= '~'), line);
          }
        }
      }
    }
  }

  @Test
  void theWidthIsBounded() {
    Chart chart = ChartSamples.grouped();
    assertEquals(TextChart.of(chart, 40), TextChart.of(chart, 3));
    assertEquals(TextChart.of(chart, 120), TextChart.of(chart, 400));
  }

  @Test
  void barsAreProportionalToAnEighthOfACell() {
    Chart chart =
        Chart.bars("t").series("t", List.of("aa", "bb", "cc", "dd"), List.of(100, 50, 12.5, 0));
    for (int width = 40; width <= 120; width++) {
      List<String> lines = TextChart.of(chart, width);
      int full = eighths(line(lines, "aa"));
      assertTrue(full >= 8 * (width - 12), "the longest bar fills the line");
      assertEquals(full / 2.0, eighths(line(lines, "bb")), 0.5);
      assertEquals(full / 8.0, eighths(line(lines, "cc")), 0.5);
      assertEquals(0, eighths(line(lines, "dd")));
      assertTrue(line(lines, "cc").endsWith(" 12.5") && line(lines, "dd").endsWith("    0"));
      assertEquals(columns(line(lines, "aa")), columns(line(lines, "dd")));
      List<String> plain = TextChart.of(chart, width, true);
      long hashes = line(plain, "aa").chars().filter(c -> c == '#').count();
      assertEquals(hashes / 2.0, line(plain, "bb").chars().filter(c -> c == '#').count(), 0.5);
    }
  }

  @Test
  void barsBelowZeroGoTheOtherWay() {
    List<String> lines =
        TextChart.of(Chart.bars("t").series("t", List.of("up", "down"), List.of(10, -10)), 60);
    String up = line(lines, "up");
    String down = line(lines, "down");
    assertEquals(up.indexOf('█'), down.lastIndexOf('█') + 1);
    assertEquals(
        up.chars().filter(c -> c == '█').count(), down.chars().filter(c -> c == '█').count(), 1.0);
  }

  @Test
  void namesWithoutRoomAreReplacedByLetters() {
    List<String> lines = TextChart.of(ChartSamples.awkward(), 60);
    assertTrue(lines.contains("A model.language_model.layers.*.in_proj.weight"), lines.toString());
    assertTrue(lines.contains("B model.language_model.layers.*.out_proj.weight"));
  }

  @Test
  void pointsLieInTheRowOfTheirValue() {
    Chart chart =
        Chart.points("t").yRange(0, 1).series("low", 0, .5).series("high", 1, 0).percent();
    for (boolean ascii : new boolean[] {true, false}) {
      List<String> lines = TextChart.of(chart, 60, ascii);
      assertTrue(line(lines, "100%").matches(" *100% .B *"), lines.toString());
      assertTrue(line(lines, " 0%").matches(" *0% .A +B"), lines.toString());
      String half = line(lines, "50%");
      assertEquals(60, half.length());
      assertTrue(half.endsWith("A"));
    }
  }

  @Test
  void everyPointHasItsLetterAndEveryLetterItsName() {
    List<String> lines = TextChart.of(ChartSamples.lines(), 100);
    String grid = String.join("\n", lines.subList(0, lines.size() - 1));
    assertEquals(5, grid.chars().filter(c -> c == 'A' || c == '*').count() - 1);
    assertEquals(5, grid.chars().filter(c -> c == 'B').count());
    String legend = lines.getLast();
    assertTrue(legend.startsWith("A mtp   B ngram   C simulated"), legend);
    assertTrue(legend.endsWith("half 50%"), legend);
  }

  @Test
  void pointsOfSeveralSeriesInOneCellAreShown() {
    List<String> lines = TextChart.of(Chart.lines("t").series("a", 1, 2).series("b", 1, 3), 60);
    assertTrue(lines.getLast().contains("* several"));
    assertEquals(1, lines.stream().filter(l -> l.contains("┤*") || l.contains("│*")).count());
  }

  @Test
  void aStepHoldsItsValue() {
    List<String> lines = TextChart.of(Chart.steps("t").series("s", 0, 1, 0), 60, true);
    String top = line(lines, "1.0 ");
    assertTrue(top.matches(" *1.0 \\+ +o\\.{10,}"), top);
  }
}
