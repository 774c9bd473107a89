package dev.mlxmtp.decode;

/**
 * What a pass of the model over r rows takes, {@code v(r) = a + b (r − 1)} nanoseconds: a line
 * through what was measured, in which older passes fade, so that it follows a growing context and a
 * busy machine.
 */
final class PassCost {
  private static final double KEEP = 0.97;
  // Before rows of several numbers were seen: a further row costs a fifth of a pass.
  private static final double PRIOR_SLOPE = 0.2;
  private static final double PRIOR_WEIGHT = 0.5;
  // A pass that a pause of the machine hit says nothing of its rows.
  private static final double OUTLIER = 2.5;

  private double n;
  private double x;
  private double y;
  private double xx;
  private double xy;

  void observe(int rows, double nanos) {
    double seen = n > 0 ? Math.min(nanos, OUTLIER * of(rows)) : nanos;
    double r = rows - 1;
    n = n * KEEP + 1;
    x = x * KEEP + r;
    y = y * KEEP + seen;
    xx = xx * KEEP + r * r;
    xy = xy * KEEP + r * seen;
  }

  boolean isKnown() {
    return n > 0;
  }

  /** Nanoseconds of a pass over so many rows. */
  double of(int rows) {
    double slope = row();
    return Math.max(0, (y - slope * x) / n) + slope * (rows - 1);
  }

  /** Nanoseconds of one row more. */
  double row() {
    // Ridge regression towards the prior slope.
    double mean = y / n;
    double spread = xx - x * x / n + PRIOR_WEIGHT;
    double together = xy - x * y / n + PRIOR_WEIGHT * PRIOR_SLOPE * mean;
    return Math.max(0, together / spread);
  }
}
