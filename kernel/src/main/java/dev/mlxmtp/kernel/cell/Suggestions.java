package dev.mlxmtp.kernel.cell;

import java.util.List;

/**
 * What could stand at a place of a cell.
 *
 * @param start where what they replace begins
 * @param end where it ends
 * @param all the likeliest first
 */
public record Suggestions(int start, int end, List<Suggestion> all) {

  /**
   * One of them.
   *
   * @param value what is put in
   * @param about what it is, empty where its name says it
   * @param complete a blank may follow
   */
  public record Suggestion(String value, String about, boolean complete) {}

  public Suggestions {
    all = List.copyOf(all);
  }

  static Suggestions none(int at) {
    return new Suggestions(at, at, List.of());
  }
}
