package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sequences whose rows stand side by side in a pass, as a layer sees them. What goes row by
 * row, norms, projections and the MLP, does not know of them.
 */
record Segments(List<Segment> all) {

  /**
   * One sequence.
   *
   * @param cache the layer's own of it
   */
  record Segment(int rows, Positions positions, LayerCache cache, Pass pass) {}

  /** A single sequence, or several of the same length in the batch's first dimension. */
  static Segments of(int rows, Positions positions, LayerCache cache, Pass pass) {
    return new Segments(List.of(new Segment(rows, positions, cache, pass)));
  }

  /** What mixes the rows of one sequence. */
  interface Mixer {
    Array mix(Segment segment, Array[] rows);
  }

  /**
   * Lets each sequence's rows be mixed among themselves.
   *
   * @param rows {@code [B, T, ...]} each
   * @return {@code [B, T, ...]}
   */
  Array mix(Mixer mixer, Array... rows) {
    if (all.size() == 1) {
      return mixer.mix(all.getFirst(), rows);
    }
    List<Array> mixed = new ArrayList<>();
    int from = 0;
    for (Segment segment : all) {
      int start = from;
      int stop = from + segment.rows();
      mixed.add(
          mixer.mix(
              segment,
              Arrays.stream(rows).map(x -> Ops.slice(x, 1, start, stop)).toArray(Array[]::new)));
      from = stop;
    }
    return Ops.concatenate(mixed, 1);
  }
}
