package dev.mlxmtp.text.jinja;

/**
 * A part of a string.
 *
 * @param start first position, in UTF-16 units
 * @param end position after the last, in UTF-16 units
 */
public record Span(int start, int end) {

  /**
   * @throws IllegalArgumentException if the positions are not in order
   */
  public Span {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("A span can't run from " + start + " to " + end + ".");
    }
  }

  /** Whether this span and the range [from, to) share at least one position. */
  public boolean overlaps(int from, int to) {
    return start < to && from < end;
  }
}
