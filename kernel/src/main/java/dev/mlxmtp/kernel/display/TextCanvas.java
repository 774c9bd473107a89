package dev.mlxmtp.kernel.display;

/**
 * Cells of a terminal to draw on, by shares of its width and height from the lower left corner.
 * Lines are Braille dots, two by four in a cell, or periods where only ASCII is shown.
 */
final class TextCanvas {
  private static final int BRAILLE = 0x2800;
  // Bits of the dots of a Braille character, by column and row.
  private static final int[][] DOTS = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};
  private static final char SHARED = '*';

  private final int width;
  private final int height;
  private final boolean ascii;
  private final int[][] dots;
  private final char[][] marks;
  private final boolean[] ruled;
  private boolean shared;

  TextCanvas(int width, int height, boolean ascii) {
    this.width = width;
    this.height = height;
    this.ascii = ascii;
    this.dots = new int[height][width];
    this.marks = new char[height][width];
    this.ruled = new boolean[height];
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** True where points of several series met in a cell. */
  boolean shared() {
    return shared;
  }

  String ruleMark() {
    return ascii ? "-" : "┄";
  }

  /** The column that a share of the width lies in. */
  int column(double x) {
    return dotColumn(x) / across();
  }

  /** The row, from the top, that a share of the height lies in. */
  int row(double y) {
    return dotRow(y) / down();
  }

  void rule(double y) {
    ruled[row(y)] = true;
  }

  /** Marks a point with the letter of its series. */
  void mark(double x, double y, char letter) {
    char there = marks[row(y)][column(x)];
    boolean other = there != 0 && there != letter;
    marks[row(y)][column(x)] = other ? SHARED : letter;
    shared |= other;
  }

  /** Draws a straight line. */
  void line(double x1, double y1, double x2, double y2) {
    int left = dotColumn(x1);
    int right = dotColumn(x2);
    int from = dotRow(y1);
    int to = dotRow(y2);
    int steps = Math.max(Math.max(Math.abs(right - left), Math.abs(to - from)), 1);
    for (int i = 0; i <= steps; i++) {
      double done = (double) i / steps;
      dot(
          (int) Math.round(left + done * (right - left)),
          (int) Math.round(from + done * (to - from)));
    }
  }

  private void dot(int column, int row) {
    dots[row / down()][column / across()] |= DOTS[column % across()][row % down()];
  }

  private int dotColumn(double x) {
    return (int) Math.round(x * (width * across() - 1));
  }

  private int dotRow(double y) {
    return (int) Math.round((1 - y) * (height * down() - 1));
  }

  private int across() {
    return ascii ? 1 : 2;
  }

  private int down() {
    return ascii ? 1 : 4;
  }

  /** A row of cells as text. */
  String row(int row) {
    StringBuilder line = new StringBuilder(width);
    for (int column = 0; column < width; column++) {
      if (marks[row][column] != 0) {
        line.append(marks[row][column]);
      } else if (dots[row][column] != 0) {
        line.append(ascii ? '.' : (char) (BRAILLE + dots[row][column]));
      } else {
        line.append(ruled[row] ? ruleMark() : " ");
      }
    }
    return line.toString();
  }
}
