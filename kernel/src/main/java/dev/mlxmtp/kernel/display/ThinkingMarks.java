package dev.mlxmtp.kernel.display;

import java.util.List;
import java.util.stream.Stream;

/** Tells thinking from answer in a stream of text without holding any of it back. */
final class ThinkingMarks {
  private static final String OPEN = "<think>";
  private static final String CLOSE = "</think>";

  record Part(String text, boolean thinking) {}

  private boolean inside;
  private boolean atStart;
  private String tail = "";

  ThinkingMarks(boolean startsInside) {
    inside = startsInside;
    atStart = !startsInside;
  }

  List<Part> split(String text) {
    if (atStart) {
      inside = (tail + text).stripLeading().startsWith(OPEN);
      atStart = OPEN.startsWith((tail + text).strip()) && !inside;
    }
    if (!inside) {
      tail = atStart ? tail + text : "";
      return List.of(new Part(text, false));
    }
    String seen = tail + text;
    int close = seen.indexOf(CLOSE);
    if (close < 0) {
      tail = seen.substring(Math.max(0, seen.length() - CLOSE.length() + 1));
      return List.of(new Part(text, true));
    }
    inside = false;
    int cut = close + CLOSE.length() - tail.length();
    tail = "";
    return Stream.of(new Part(text.substring(0, cut), true), new Part(text.substring(cut), false))
        .filter(part -> !part.text().isEmpty())
        .toList();
  }
}
