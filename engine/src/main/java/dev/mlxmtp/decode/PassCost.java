package dev.mlxmtp.decode;

/**
 * What a pass of the model over r rows takes, {@code v(r) = a + b (r − 1)} nanoseconds: a line
 * through the medians of what was measured lately for each number of rows, so that it follows a
 * growing context and is not led astray by pauses.
 */
final class PassCost {
  private static final int MOST_ROWS = DraftOptions.NGram.MAX_TOKENS + 1;
  // Before several numbers of rows were seen: a further row costs a fifth of a pass.
  private static final double PRIOR_SLOPE = 0.2;
  private static final double PRIOR_WEIGHT = 0.1;
  // One pass may be off by a third.
  private static final int ENOUGH = 5;

  private final Recent[] byRows = new Recent[MOST_ROWS + 1];
  private double intercept;
  private double slope;
  private long rounds;

  PassCost() {
    for (int r = 0; r < byRows.length; r++) {
      byRows[r] = new Recent();
    }
  }

  void observe(int rows, double nanos) {
    rounds++;
    byRows[Math.min(rows, MOST_ROWS)].add(nanos, rounds);
    fit();
  }

  // Weighted least squares, with a trace of the prior slope. What is out of date tells more than
  // the prior does, and nothing once several rows were seen often enough since.
  private void fit() {
    int lately = 0;
    for (int rows = 2; rows < byRows.length; rows++) {
      lately += byRows[rows].fresh(rounds);
    }
    double n = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (int rows = 1; rows < byRows.length; rows++) {
      int fresh = byRows[rows].fresh(rounds);
      if (fresh > 0 || byRows[rows].isKnown() && (rows == 1 || lately < ENOUGH)) {
        double weight = Math.max(1, fresh);
        double r = rows - 1;
        double v = byRows[rows].median();
        n += weight;
        x += weight * r;
        y += weight * v;
        xx += weight * r * r;
        xy += weight * r * v;
      }
    }
    if (n == 0) {
      return;
    }
    double spread = xx - x * x / n;
    double together = xy - x * y / n;
    double prior = PRIOR_SLOPE * y / n;
    slope = Math.max(0, (together + PRIOR_WEIGHT * prior) / (spread + PRIOR_WEIGHT));
    // A line that falls to nothing at one row has its slope from noise.
    intercept = Math.max((y - slope * x) / n, 0.1 * y / n);
  }

  boolean isKnown() {
    return byRows[1].isKnown();
  }

  /** Nanoseconds of a pass over so many rows. */
  double of(int rows) {
    Recent measured = byRows[Math.min(rows, MOST_ROWS)];
    double line = intercept + slope * (rows - 1);
    // The line stands for what was seen too rarely.
    return measured.fresh(rounds) < ENOUGH ? line : 0.5 * (line + measured.median());
  }

  /** Nanoseconds of one row more. */
  double row() {
    return slope;
  }
}
