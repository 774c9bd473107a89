package dev.mlxmtp.kernel.jshell;

import java.util.List;

/**
 * What could stand at the cursor.
 *
 * @param anchor offset in the source from which a candidate replaces the text before the cursor
 * @param candidates each once, those of the expected type first
 */
public record Completions(int anchor, List<String> candidates) {
  /** Keeps its own copy. */
  public Completions {
    candidates = List.copyOf(candidates);
  }
}
