package dev.mlxmtp.kernel.display;

import java.util.Optional;

/** What an axis counts and how. */
public sealed interface Axis {
  /** What stands beside it; empty for nothing. */
  String title();

  /** The same axis with another title. */
  Axis titled(String title);

  /**
   * Named places, evenly spaced: in the order of their first use, numbers in that of their size.
   */
  record Categories(String title) implements Axis {
    @Override
    public Categories titled(String title) {
      return new Categories(title);
    }
  }

  /**
   * Numbers by their size.
   *
   * @param range what is shown at least; data outside widen it, so that none is hidden
   */
  record Numbers(String title, Format format, Optional<Range> range) implements Axis {
    @Override
    public Numbers titled(String title) {
      return new Numbers(title, format, range);
    }

    /** The same axis, its numbers written otherwise. */
    public Numbers format(Format format) {
      return new Numbers(title, format, range);
    }

    /** The same axis showing at least these numbers. */
    public Numbers range(double from, double to) {
      return new Numbers(title, format, Optional.of(new Range(from, to)));
    }
  }

  /** How numbers are written. */
  enum Format {
    /** About three significant digits. */
    NUMBER,
    /** A proportion of a hundred: 0.5 is {@code 50%}. */
    PERCENT;

    /** The value for a reader. */
    String label(double value) {
      return switch (this) {
        case NUMBER -> Figures.number(value);
        case PERCENT -> {
          if (Math.abs(value) >= 10) {
            yield Figures.number(value * 100) + "%";
          }
          String tenths = Figures.format("%.1f", value * 100);
          yield (tenths.endsWith(".0") ? tenths.substring(0, tenths.length() - 2) : tenths) + "%";
        }
      };
    }
  }

  /** Numbers from the smallest to the largest. */
  record Range(double from, double to) {
    /**
     * Checks the order.
     *
     * @throws IllegalArgumentException where the range is empty or has no end
     */
    public Range {
      if (!Series.drawable(from) || !Series.drawable(to) || from >= to) {
        throw new IllegalArgumentException(
            "An axis can't run from "
                + from
                + " to "
                + to
                + ": give finite numbers, the smaller first.");
      }
    }
  }

  /** An axis of named places. */
  static Categories categories(String title) {
    return new Categories(title);
  }

  /** An axis of numbers as wide as its data. */
  static Numbers numbers(String title) {
    return new Numbers(title, Format.NUMBER, Optional.empty());
  }

  /** An axis of proportions, written as percentages, as wide as its data. */
  static Numbers percent(String title) {
    return new Numbers(title, Format.PERCENT, Optional.empty());
  }
}
