package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;

/** Takes what caches hold, by name, to keep it outside of the program. Engine thread only. */
@FunctionalInterface
public interface ArraySink {

  /** Takes an array that lives until the innermost scope closes, evaluated or not. */
  void put(String name, Array array);

  /** The same sink for a part whose names begin with {@code prefix}. */
  default ArraySink under(String prefix) {
    return (name, array) -> put(prefix + name, array);
  }
}
