package dev.mlxmtp.kernel.display;

import java.util.Locale;

/** Sizes and counts for people. */
public final class Bytes {
  private Bytes() {}

  /** For example {@code 25.5 MB}; powers of ten. */
  public static String of(long bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  /** For example {@code 12.7M}. */
  public static String count(long n) {
    return n >= 1_000_000_000
        ? String.format(Locale.ROOT, "%.1fB", n / 1e9)
        : n >= 1_000_000
            ? String.format(Locale.ROOT, "%.1fM", n / 1e6)
            : String.format(Locale.ROOT, "%.0fk", n / 1e3);
  }
}
