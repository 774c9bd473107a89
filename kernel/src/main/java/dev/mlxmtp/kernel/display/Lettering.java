package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.jline.utils.WCWidth;

/**
 * Text cut and wrapped to a width, in pixels or in columns.
 *
 * @param measure the width of a text
 * @param ellipsis what stands for letters that found no room
 */
record Lettering(ToDoubleFunction<String> measure, String ellipsis) {
  private static final Pattern BREAK = Pattern.compile("(?<=[\\s\\-/_,])|(?<=\\.)(?=\\p{L})");

  /** Letters of a sans-serif font, whichever the reader has, so rather too wide than too narrow. */
  static Lettering pixels(double size) {
    return new Lettering(text -> size * text.codePoints().mapToDouble(Lettering::ems).sum(), "…");
  }

  private static double ems(int letter) {
    if (letter < 0x80) {
      if ("iIjl.,:;'|!()[]ft ".indexOf(letter) >= 0) {
        return 0.34;
      }
      return "mwMW@%".indexOf(letter) >= 0 ? 0.92 : Character.isUpperCase(letter) ? 0.70 : 0.58;
    }
    return WCWidth.wcwidth(letter) > 1 ? 1.0 : 0.64;
  }

  /** Cells of a terminal. */
  static Lettering columns(boolean ascii) {
    return new Lettering(
        text -> text.codePoints().map(letter -> Math.max(0, WCWidth.wcwidth(letter))).sum(),
        ascii ? "~" : "…");
  }

  double width(String text) {
    return measure.applyAsDouble(text);
  }

  /** The text, its end cut where it is too long. */
  String fit(String text, double width) {
    if (width(text) <= width) {
      return text;
    }
    int end = text.length();
    while (end > 0 && width(text.substring(0, end).stripTrailing() + ellipsis) > width) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end).stripTrailing() + ellipsis;
  }

  /** The text, its middle cut where it is too long: names often differ at their ends. */
  String squeeze(String text, double width) {
    if (width(text) <= width) {
      return text;
    }
    int[] letters = text.codePoints().toArray();
    for (int kept = letters.length - 1; kept > 0; kept--) {
      int head = (kept + 1) / 2;
      int tail = kept - head;
      String cut =
          new String(letters, 0, head)
              + ellipsis
              + new String(letters, letters.length - tail, tail);
      if (width(cut) <= width) {
        return cut;
      }
    }
    return ellipsis;
  }

  /** The text in lines, broken between words; the last line is cut where that is not enough. */
  List<String> wrap(String text, double width, int most) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : BREAK.split(text)) {
      boolean full = !line.isEmpty() && width((line + word).stripTrailing()) > width;
      if (full && lines.size() < most - 1) {
        lines.add(fit(line.stripTrailing(), width));
        line = "";
      }
      line += word;
    }
    lines.add(fit(line.stripTrailing(), width));
    return lines;
  }

  /** The text with blanks before it, up to the width. */
  String right(String text, int width) {
    return " ".repeat(Math.max(0, width - (int) width(text))) + text;
  }

  /** The text with blanks behind it, up to the width. */
  String left(String text, int width) {
    return text + " ".repeat(Math.max(0, width - (int) width(text)));
  }
}
