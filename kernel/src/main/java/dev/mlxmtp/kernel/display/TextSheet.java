package dev.mlxmtp.kernel.display;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a chart in a terminal is written on.
 *
 * @param width in columns
 * @param ascii true where other characters can't be shown
 */
record TextSheet(int width, boolean ascii) {
  Lettering letters() {
    return Lettering.columns(ascii);
  }

  /** The first where the terminal shows it, else the second. */
  String glyph(String any, String plain) {
    return ascii ? plain : any;
  }

  /** The text on one line, with nothing that moves the cursor or that the terminal can't show. */
  String readable(String text) {
    String line = text.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " ").strip();
    return ascii
        ? Normalizer.normalize(line, Normalizer.Form.NFKD)
            .replaceAll("\\p{M}", "")
            .replaceAll("[^ -~]", "?")
        : line;
  }

  /** The letter of the n-th series, from 0. */
  String letter(int n) {
    return String.valueOf((char) (n % 52 < 26 ? 'A' + n % 26 : 'a' + n % 26));
  }

  /** Each series with its letter. */
  List<String> names(Chart chart) {
    return IntStream.range(0, chart.series().size())
        .mapToObj(i -> letter(i) + " " + readable(chart.series().get(i).name()))
        .map(entry -> letters().squeeze(entry, width))
        .toList();
  }

  /** Rules, whose line the terminal shows as a mark: the mark, what it stands for, where it is. */
  List<String> rules(Chart chart, String mark) {
    return chart.rules().stream()
        .map(
            rule ->
                letters()
                    .fit(
                        mark
                            + " "
                            + readable(rule.label())
                            + " "
                            + chart.y().format().label(rule.y()),
                        width))
        .toList();
  }

  /** Entries side by side, in as many lines as they need. */
  List<String> flow(List<String> entries) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String entry : entries) {
      String longer = line.isEmpty() ? entry : line + "   " + entry;
      if (letters().width(longer) > width) {
        lines.add(line);
        longer = entry;
      }
      line = longer;
    }
    lines.add(line);
    return lines.stream().filter(text -> !text.isEmpty()).toList();
  }
}
