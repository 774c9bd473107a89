package dev.mlxmtp.bench;

import java.util.Optional;
import java.util.OptionalDouble;

/** So many of so many. */
public record Share(int part, int whole) {
  private static final double Z95 = 1.959963984540054;

  /** From the lowest to the highest proportion. */
  public record Interval(double low, double high) {}

  /**
   * @throws IllegalArgumentException where the part is more than the whole
   */
  public Share {
    if (part < 0 || part > whole) {
      throw new IllegalArgumentException(part + " can't be a part of " + whole + ".");
    }
  }

  /** The proportion; absent where there is nothing. */
  public OptionalDouble rate() {
    return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / whole);
  }

  /**
   * Wilson's interval of 95% for the proportion behind it, if each of the whole were independent of
   * the others; absent where there is nothing.
   */
  public Optional<Interval> interval() {
    if (whole == 0) {
      return Optional.empty();
    }
    double n = whole;
    double p = part / n;
    double z2 = Z95 * Z95;
    double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = Z95 * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    return Optional.of(
        new Interval(
            part == 0 ? 0 : middle - half, part == whole ? 1 : Math.min(1, middle + half)));
  }
}
