package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import java.util.List;

/**
 * Proposed tokens, on the device: k of them, int32 {@code [1, 1]} each, with the probability the
 * drafter gave each, float32 {@code [1, 1]}.
 */
record Draft(List<Array> tokens, List<Array> probabilities) {

  static Draft none() {
    return new Draft(List.of(), List.of());
  }

  int size() {
    return tokens.size();
  }
}
