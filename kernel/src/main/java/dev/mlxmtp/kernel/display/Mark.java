package dev.mlxmtp.kernel.display;

/** How a series is drawn. */
public enum Mark {
  /** A bar from zero for each category; the bars of several series stand side by side. */
  BAR,
  /** Points joined by straight lines, from the smallest x to the largest. */
  LINE,
  /** Points alone. */
  POINT,
  /** A value that holds until the next point changes it. */
  STEP;

  /** True where the points are joined. */
  boolean joined() {
    return this == LINE || this == STEP;
  }
}
