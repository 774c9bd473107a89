package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Scope;
import java.util.List;
import java.util.stream.Stream;

/**
 * Proposed tokens, on the device: k of them, int32 {@code [1, 1]} each, with the probability the
 * drafter gave each, float32 {@code [1, 1]}.
 *
 * @param distributions from which each was drawn; none where they are the drafter's likeliest
 */
record Draft(List<Array> tokens, List<Array> probabilities, List<Distribution> distributions) {

  Draft(List<Array> tokens, List<Array> probabilities) {
    this(tokens, probabilities, List.of());
  }

  static Draft none() {
    return new Draft(List.of(), List.of());
  }

  /** Moves the arrays into {@code owner} and names them. */
  List<Array> adoptedBy(Scope owner) {
    List<Array> arrays = Stream.concat(tokens.stream(), probabilities.stream()).toList();
    arrays.forEach(owner::adopt);
    return arrays;
  }

  void free() {
    tokens.forEach(Array::free);
    probabilities.forEach(Array::free);
  }

  int size() {
    return tokens.size();
  }
}
