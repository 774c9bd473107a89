package dev.mlxmtp.bench;

import java.util.Arrays;
import java.util.Optional;

/** Some measurements of one thing: the middle one and the outermost. */
public record Spread(double median, double min, double max) {

  // Absent where one of them is of nothing.
  static Optional<Spread> of(double[] values) {
    double min = Arrays.stream(values).min().orElse(0);
    return min > 0
        ? Optional.of(new Spread(Median.of(values), min, Arrays.stream(values).max().orElse(min)))
        : Optional.empty();
  }
}
