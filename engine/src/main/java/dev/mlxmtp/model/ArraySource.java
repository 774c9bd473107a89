package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;

/** Gives back what an {@link ArraySink} took. Engine thread only. */
@FunctionalInterface
public interface ArraySource {

  /**
   * The array of that name, evaluated, in the innermost scope. Who asks says what it must be, since
   * a kernel would run over the end of anything smaller.
   *
   * @throws RuntimeException where there is none of this dtype and shape
   */
  Array take(String name, DType dtype, int... shape);

  /** The same source for a part whose names begin with {@code prefix}. */
  default ArraySource under(String prefix) {
    return (name, dtype, shape) -> take(prefix + name, dtype, shape);
  }
}
