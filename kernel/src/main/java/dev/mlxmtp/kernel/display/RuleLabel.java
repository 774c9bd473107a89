package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A rule and its label, in pixels from the upper edge.
 *
 * @param lines of the label
 * @param line where the rule is drawn
 * @param middle of the label's first line; below the rule where another label is there
 */
record RuleLabel(List<String> lines, double line, double middle) {
  /** Width of the longest label. */
  static final double WIDEST = 130;

  private static final int MOST_LINES = 2;

  /** The rules of a chart from the upper edge of its plot down, no label upon another. */
  static List<RuleLabel> of(Chart chart, Ticks y, double top, double bottom) {
    List<Rule> rules = new ArrayList<>(chart.rules());
    rules.sort(Comparator.comparingDouble(Rule::y).reversed());
    List<RuleLabel> labels = new ArrayList<>();
    double free = 0;
    for (Rule rule : rules) {
      List<String> lines = SvgLayout.LETTERS.wrap(rule.label(), WIDEST, MOST_LINES);
      double line = bottom - y.share(rule.y()) * (bottom - top);
      double middle = Math.max(line, free);
      labels.add(new RuleLabel(lines, line, middle));
      free = middle + lines.size() * SvgLayout.LINE;
    }
    return labels;
  }

  /** Width of the margin that the labels need; 0 where there are none. */
  static double margin(Chart chart) {
    return chart.rules().stream()
        .flatMap(rule -> SvgLayout.LETTERS.wrap(rule.label(), WIDEST, MOST_LINES).stream())
        .mapToDouble(SvgLayout.LETTERS::width)
        .max()
        .orElse(0);
  }
}
