package dev.mlxmtp.kernel.display;

/** A value and its place on the x axis. */
public sealed interface Point {
  /** The value. */
  double y();

  /** The place as a category's name; a number without needless digits. */
  String category();

  /** A value at a number. */
  record At(double x, double y) implements Point {
    @Override
    public String category() {
      return Figures.setting(x);
    }
  }

  /** A value of a category. */
  record In(String category, double y) implements Point {}

  /** A value at a number. */
  static Point of(double x, double y) {
    return new At(x, y);
  }

  /** A value of a category. */
  static Point of(String category, double y) {
    return new In(category, y);
  }
}
