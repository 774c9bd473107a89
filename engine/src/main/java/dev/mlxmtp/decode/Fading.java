package dev.mlxmtp.decode;

/** A mean in which older observations weigh less and less. */
final class Fading {
  private final double keep;
  private double sum;
  private double weight;

  /**
   * @param keep what an observation's weight is multiplied with at each later one
   */
  Fading(double keep) {
    this.keep = keep;
  }

  void add(double value) {
    sum = sum * keep + value;
    weight = weight * keep + 1;
  }

  /** The mean, where {@code prior} counts as so many observations. */
  double mean(double prior, double priorWeight) {
    return (sum + prior * priorWeight) / (weight + priorWeight);
  }
}
