package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import java.util.List;

/** What a layer remembers of the positions before. */
public sealed interface LayerCache permits KvCache, DeltaNetState {

  /**
   * After a verification of {@code rows} rows, forgets all but the first {@code kept}. Reads no
   * weights.
   */
  void rollback(int rows, int kept);

  /** Forgets everything. */
  void reset();

  /** The arrays held, for evaluation and for counting bytes. */
  List<Array> arrays();
}
