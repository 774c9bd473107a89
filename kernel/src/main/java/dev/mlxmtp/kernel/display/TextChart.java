package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.List;

/**
 * A chart for a terminal: bars lie, lines and points are drawn on a small grid, each series with a
 * letter of its own.
 */
public final class TextChart {
  private static final int NARROWEST = 40;
  private static final int WIDEST = 120;
  private static final int MOST_LINES = 3;

  private TextChart() {}

  /** As {@link #of(Chart, int, boolean)}, with block and Braille characters. */
  public static List<String> of(Chart chart, int width) {
    return of(chart, width, false);
  }

  /**
   * Draws the chart.
   *
   * @param width of the terminal in columns; the chart keeps between 40 and 120
   * @param ascii uses no other characters; letters beyond are replaced
   * @return lines without ends
   * @throws IllegalArgumentException where the chart has no series
   */
  public static List<String> of(Chart chart, int width, boolean ascii) {
    TextSheet sheet = new TextSheet(Math.clamp(width, NARROWEST, WIDEST), ascii);
    List<String> lines = new ArrayList<>();
    heading(lines, sheet, chart.title());
    chart.subtitle().ifPresent(subtitle -> heading(lines, sheet, subtitle));
    if (!lines.isEmpty()) {
      lines.add("");
    }
    boolean bars = chart.series().stream().anyMatch(series -> series.mark() == Mark.BAR);
    lines.addAll(bars ? new TextBars(chart, sheet).lines() : new TextGrid(chart, sheet).lines());
    return lines.stream().map(String::stripTrailing).toList();
  }

  private static void heading(List<String> lines, TextSheet sheet, String text) {
    String readable = sheet.readable(text);
    if (!readable.isEmpty()) {
      lines.addAll(sheet.letters().wrap(readable, sheet.width(), MOST_LINES));
    }
  }
}
