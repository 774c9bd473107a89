package dev.mlxmtp.kernel.display;

/**
 * A horizontal line across a chart, to compare with.
 *
 * @param y where, in the numbers of the y axis
 * @param label what it stands for
 */
public record Rule(double y, String label) {
  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException where y can't be drawn
   */
  public Rule {
    if (!Series.drawable(y)) {
      throw new IllegalArgumentException(
          "The rule '" + label + "' lies at " + y + ", but a chart needs finite numbers.");
    }
  }
}
