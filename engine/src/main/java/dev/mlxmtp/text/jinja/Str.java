package dev.mlxmtp.text.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * A string that remembers which of its parts came from untrusted data, through every operation a
 * template does on it. Two strings are equal if their texts are.
 */
public final class Str implements Value {
  static final Str EMPTY = new Str("", List.of(), false);

  private final String text;
  private final List<Span> untrusted;
  private final boolean markup;

  Str(String text, List<Span> untrusted, boolean markup) {
    this.text = text;
    this.untrusted = untrusted;
    this.markup = markup;
  }

  /** A string that no part of came from untrusted data. */
  public static Str trusted(String text) {
    return new Str(text, List.of(), false);
  }

  /** A string that came from untrusted data as a whole. */
  public static Str untrusted(String text) {
    return new Str(text, text.isEmpty() ? List.of() : List.of(new Span(0, text.length())), false);
  }

  /** The characters. */
  public String text() {
    return text;
  }

  /** The parts that came from untrusted data: in order, apart from each other. */
  public List<Span> untrusted() {
    return untrusted;
  }

  /** Whether it went through the filter {@code safe}: joining it to others then escapes HTML. */
  boolean isMarkup() {
    return markup;
  }

  Str asMarkup(boolean value) {
    return value == markup ? this : new Str(text, untrusted, value);
  }

  /** The part between two positions, in UTF-16 units. */
  Str slice(int from, int to) {
    if (from == 0 && to == text.length()) {
      return this;
    }
    if (untrusted.isEmpty()) {
      return new Str(text.substring(from, to), List.of(), markup);
    }
    var spans = new ArrayList<Span>();
    for (int i = firstEndingAfter(from); i < untrusted.size(); i++) {
      var span = untrusted.get(i);
      if (!span.overlaps(from, to)) {
        break;
      }
      spans.add(new Span(Math.max(span.start(), from) - from, Math.min(span.end(), to) - from));
    }
    return new Str(text.substring(from, to), List.copyOf(spans), markup);
  }

  private int firstEndingAfter(int position) {
    int low = 0;
    int high = untrusted.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (untrusted.get(middle).end() <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Another text made out of this one: what can't be followed to its source counts as untrusted.
   */
  Str rewritten(String other) {
    if (untrusted.isEmpty()) {
      return new Str(other, List.of(), markup);
    }
    return other.length() == text.length()
        ? new Str(other, untrusted, markup)
        : untrusted(other).asMarkup(markup);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Str that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
