package dev.mlxmtp.kernel.display;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
public final class Figures {
  private static final String[] COUNTS = {"", "K", "M", "B", "T"};
  private static final String[] BYTES = {"B", "kB", "MB", "GB", "TB"};

  private Figures() {}

  /** Three digits and a suffix: {@code 12.7M}. */
  public static String count(long n) {
    return scaled(n, COUNTS, "");
  }

  /** Three digits and a decimal unit: {@code 25.5 MB}. */
  public static String bytes(long n) {
    return scaled(n, BYTES, " ");
  }

  private static String scaled(long n, String[] units, String gap) {
    double value = n;
    int unit = 0;
    // 999.95 would be printed as 1000.0.
    while (value >= 999.95 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    String number = unit == 0 ? Long.toString(n) : three(value);
    return units[unit].isEmpty() ? number : number + gap + units[unit];
  }

  /** About three significant digits: {@code 210}, {@code 41.3}, {@code 2.94}. */
  public static String three(double value) {
    return format(value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value);
  }

  /**
   * Three significant digits at most, and none that is needless: {@code 0}, {@code 0.05}, {@code
   * 2.5}, {@code 210}, {@code 12.7K}. Below ten thousand an integer keeps all its digits.
   */
  public static String number(double value) {
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    boolean integer = size >= 999.5 && size < 9_999.5;
    BigDecimal rounded =
        integer
            ? BigDecimal.valueOf(Math.rint(value))
            : BigDecimal.valueOf(value).round(new MathContext(3));
    int unit = 0;
    if (!integer && size < 1e15) {
      while (rounded.abs().compareTo(BigDecimal.valueOf(1000)) >= 0) {
        rounded = rounded.movePointLeft(3);
        unit++;
      }
    }
    rounded = rounded.stripTrailingZeros();
    boolean plain = size >= 1e-4 && size < 1e15;
    return (plain ? rounded.toPlainString() : rounded.toString()) + COUNTS[unit];
  }

  /**
   * A number with so many decimals, counted in thousands to the given power: {@code 12.5K}.
   *
   * @param thousands 0 for the number itself, 1 for K, 2 for M, 3 for B, 4 for T
   */
  static String fixed(BigDecimal value, int thousands, int decimals) {
    if (value.signum() == 0) {
      return "0";
    }
    return value
            .movePointLeft(3 * thousands)
            .setScale(decimals, RoundingMode.HALF_EVEN)
            .toPlainString()
        + COUNTS[thousands];
  }

  /** A proportion without its leading zero: {@code .82}, {@code 1.00}. */
  public static String proportion(double value) {
    String text = format("%.2f", value);
    return text.startsWith("0") ? text.substring(1) : text;
  }

  /** A proportion of a hundred: {@code 71%}. */
  public static String percent(double value) {
    return format("%.0f%%", value * 100);
  }

  /** Nanoseconds in the unit that suits: {@code 9 ms}, {@code 1.42 s}. */
  public static String duration(long nanoseconds) {
    double ms = nanoseconds / 1e6;
    if (ms < 0.95) {
      return format("%.1f ms", ms);
    }
    return ms < 999.5 ? format("%.0f ms", ms) : three(ms / 1000) + " s";
  }

  /** Time to wait, to the second: {@code 42 s}, {@code 3 min 5 s}. */
  public static String duration(Duration time) {
    long seconds = time.toSeconds();
    return seconds < 60 ? seconds + " s" : format("%d min %d s", seconds / 60, seconds % 60);
  }

  /** {@code 1 token}, {@code 58 tokens}. */
  public static String tokens(int n) {
    return n == 1 ? "1 token" : n + " tokens";
  }

  /** A setting without needless digits: {@code 0.7}, {@code 1}. */
  public static String setting(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
