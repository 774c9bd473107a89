package dev.mlxmtp.kernel.display;

import java.util.List;

/**
 * How series are told apart: by the colours of Okabe and Ito, which the colour-blind tell apart
 * too, and by dash and marker. Black and yellow are left out, since one is lost on a dark page, the
 * other on a white one.
 */
final class Palette {
  /** Letters and axes: as far from white as from black. */
  static final String GREY = "#7a7a7a";

  private static final List<String> COLOURS =
      List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9");
  private static final List<List<Integer>> DASHES =
      List.of(
          List.of(),
          List.of(7, 3),
          List.of(2, 3),
          List.of(9, 3, 2, 3),
          List.of(12, 4),
          List.of(4, 2));

  /** The shape of a point. */
  enum Marker {
    CIRCLE("circle"),
    SQUARE("square"),
    TRIANGLE("triangle-up"),
    DIAMOND("diamond"),
    CROSS("cross"),
    DOWN("triangle-down");

    private final String vega;

    Marker(String vega) {
      this.vega = vega;
    }

    /** Its name in Vega. */
    String vega() {
      return vega;
    }
  }

  /**
   * The look of a series.
   *
   * @param dash lengths of strokes and gaps in pixels; empty for an unbroken line
   */
  record Look(String colour, List<Integer> dash, Marker marker) {}

  private Palette() {}

  /** The look of the n-th series, from 0; when the colours come again, it is with other dashes. */
  static Look look(int n) {
    int round = n / COLOURS.size();
    int shifted = (n + round) % DASHES.size();
    return new Look(COLOURS.get(n % COLOURS.size()), DASHES.get(shifted), Marker.values()[shifted]);
  }
}
