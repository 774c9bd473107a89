package dev.mlxmtp.checkpoint;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;
import java.util.List;
import java.util.stream.Stream;

/** A matrix, or a stack of them, as the model multiplies with it. */
public sealed interface Weight {
  /**
   * Plain numbers.
   *
   * @param w {@code [..., N, K]}
   */
  record Dense(Array w) implements Weight {}

  /** Packed numbers with their scales. */
  record Packed(Fast.Packed p) implements Weight {}

  /** Rows {@code [from, to)} of a matrix, without a copy. */
  default Weight rows(int from, int to) {
    return switch (this) {
      case Dense(Array w) -> new Dense(Ops.slice(w, 0, from, to));
      case Packed(Fast.Packed p) -> new Packed(p.between(from, to));
    };
  }

  /** The arrays it consists of, to evaluate and to adopt. */
  default List<Array> arrays() {
    return switch (this) {
      case Dense(Array w) -> List.of(w);
      case Packed(Fast.Packed p) ->
          Stream.concat(Stream.of(p.weight(), p.scales()), p.biases().stream()).toList();
    };
  }
}
