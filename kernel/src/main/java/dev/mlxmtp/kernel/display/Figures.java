package dev.mlxmtp.kernel.display;

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
