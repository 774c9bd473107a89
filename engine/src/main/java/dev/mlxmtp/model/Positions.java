package dev.mlxmtp.model;

/** Where the rows of a forward pass stand. */
public sealed interface Positions {

  /** Text: row t stands at {@code offset + t} on all three axes. */
  record Text(int offset) implements Positions {}

  /**
   * Rows with a time, height and width position each, as pictures have.
   *
   * @param axes {@code [3][T]}
   */
  record Grid(int[][] axes) implements Positions {}

  /** The positions of rows {@code [from, to)} of these. */
  default Positions rows(int from, int to) {
    return switch (this) {
      case Text(int offset) -> new Text(offset + from);
      case Grid(int[][] axes) -> {
        int[][] part = new int[3][];
        for (int a = 0; a < 3; a++) {
          part[a] = java.util.Arrays.copyOfRange(axes[a], from, to);
        }
        yield new Grid(part);
      }
    };
  }
}
