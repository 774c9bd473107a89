package dev.mlxmtp.text;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Ends a stream of text before the first of some strings. How the text is cut into fragments makes
 * no difference: the string that is complete first wins, and of two that are complete at once the
 * longer. For one stream; not for several threads.
 */
public final class StopStrings {

  /**
   * What can be passed on after a fragment.
   *
   * @param text the text that is certainly not part of a stop string
   * @param stop the stop string that was found; the stream has then ended
   */
  public record Result(String text, Optional<String> stop) {}

  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  /**
   * @param stops the strings to stop at, in any order
   * @throws IllegalArgumentException if one is empty
   */
  public StopStrings(List<String> stops) {
    if (stops.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("A stop string can't be empty.");
    }
    this.stops = stops.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }

  /** Takes a fragment; after the end of the stream it is ignored. */
  public Result push(String text) {
    if (stopped) {
      return new Result("", Optional.empty());
    }
    int from = held.length();
    held.append(text);
    for (int end = from + 1; end <= held.length(); end++) {
      for (var stop : stops) {
        int start = end - stop.length();
        if (start >= 0 && matches(stop, start, stop.length())) {
          stopped = true;
          return new Result(held.substring(0, start), Optional.of(stop));
        }
      }
    }
    int keep = longestPrefix();
    var certain = held.substring(0, held.length() - keep);
    held.delete(0, held.length() - keep);
    return new Result(certain, Optional.empty());
  }

  /** Returns the text that was held back, at the end of a stream that no stop string ended. */
  public String finish() {
    var rest = stopped ? "" : held.toString();
    stopped = true;
    held.setLength(0);
    return rest;
  }

  /** Whether a stop string has ended the stream. */
  public boolean isStopped() {
    return stopped;
  }

  private int longestPrefix() {
    int longest = 0;
    for (var stop : stops) {
      for (int size = Math.min(stop.length() - 1, held.length()); size > longest; size--) {
        if (matches(stop, held.length() - size, size)) {
          longest = size;
        }
      }
    }
    return longest;
  }

  private boolean matches(String stop, int start, int size) {
    for (int i = 0; i < size; i++) {
      if (held.charAt(start + i) != stop.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
