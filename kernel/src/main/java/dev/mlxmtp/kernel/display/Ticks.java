package dev.mlxmtp.kernel.display;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * What an axis of numbers shows and where it has its marks: at multiples of 1, 2 or 5 times a power
 * of ten.
 *
 * @param low the axis's first number
 * @param high its last, above low
 * @param step from mark to mark
 * @param values the marks, ascending, all of them from low to high
 */
record Ticks(double low, double high, BigDecimal step, List<BigDecimal> values) {
  private static final int MOST_DECIMALS = 6;
  private static final int MOST_THOUSANDS = 4;

  /** An axis that is widened until it begins and ends with a mark. */
  static Ticks around(double low, double high, int intervals) {
    BigDecimal step = step(low, high, intervals);
    BigDecimal first = multiple(low, step, RoundingMode.FLOOR);
    BigDecimal last = multiple(high, step, RoundingMode.CEILING);
    return new Ticks(first.doubleValue(), last.doubleValue(), step, values(first, last, step));
  }

  /**
   * An axis that keeps its ends.
   *
   * @param whole leaves out marks between integers
   */
  static Ticks within(double low, double high, int intervals, boolean whole) {
    BigDecimal step = step(low, high, intervals);
    if (whole) {
      step = step.max(BigDecimal.ONE);
    }
    BigDecimal first = multiple(low, step, RoundingMode.CEILING);
    BigDecimal last = multiple(high, step, RoundingMode.FLOOR);
    return new Ticks(low, high, step, values(first, last, step));
  }

  private static BigDecimal step(double low, double high, int intervals) {
    double least = (high - low) / intervals;
    BigDecimal power = BigDecimal.ONE.scaleByPowerOfTen((int) Math.floor(Math.log10(least)));
    for (int factor : new int[] {1, 2, 5}) {
      BigDecimal step = power.multiply(BigDecimal.valueOf(factor));
      // A hair's breadth, so that 1 in 5 parts has steps of 0.2.
      if (step.doubleValue() >= least * (1 - 1e-9)) {
        return step;
      }
    }
    return power.scaleByPowerOfTen(1);
  }

  private static BigDecimal multiple(double value, BigDecimal step, RoundingMode mode) {
    return BigDecimal.valueOf(value).divide(step, 0, mode).multiply(step);
  }

  private static List<BigDecimal> values(BigDecimal first, BigDecimal last, BigDecimal step) {
    List<BigDecimal> values = new ArrayList<>();
    for (BigDecimal value = first; value.compareTo(last) <= 0; value = value.add(step)) {
      values.add(value);
    }
    return values;
  }

  /** How far along the axis a number lies, from 0 to 1. */
  double share(double value) {
    return (value - low) / (high - low);
  }

  /** The marks as text, all with the same decimals and in the same unit. */
  List<String> labels(Axis.Format format) {
    int moved = format == Axis.Format.PERCENT ? 2 : 0;
    String suffix = format == Axis.Format.PERCENT ? "%" : "";
    double largest = Math.max(Math.abs(low), Math.abs(high)) * Math.pow(10, moved);
    int thousands = largest < 1e4 ? 0 : (int) Math.floor(Math.log10(largest) / 3);
    // 1.00002M tells less than 1000020.
    boolean fine = decimals(moved) == 0 && decimals(moved - 3 * thousands) > 2;
    int unit = fine ? 0 : thousands;
    int decimals = decimals(moved - 3 * unit);
    boolean fixed = unit <= MOST_THOUSANDS && decimals <= MOST_DECIMALS;
    return values.stream()
        .map(value -> value.movePointRight(moved))
        .map(value -> (fixed ? Figures.fixed(value, unit, decimals) : exact(value)) + suffix)
        .toList();
  }

  private static String exact(BigDecimal value) {
    BigDecimal digits = value.stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    boolean plain = exponent >= -MOST_DECIMALS && exponent <= 3 * MOST_THOUSANDS;
    return plain ? digits.toPlainString() : digits.toString();
  }

  private int decimals(int moved) {
    int exponent = step.precision() - step.scale() - 1;
    return Math.max(0, -(exponent + moved));
  }
}
