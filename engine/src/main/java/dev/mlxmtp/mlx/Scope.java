package dev.mlxmtp.mlx;

/**
 * Owner of arrays. A frame, made by {@link #open}, receives every array that is made while it is
 * innermost and frees them when it closes. A detached scope, made by {@link #detached}, holds only
 * what it {@linkplain #adopt adopts}: weights and caches that outlive a step.
 *
 * <p>Frames close in the reverse order of their opening. Engine thread only.
 */
public final class Scope implements AutoCloseable {
  private final long id;
  private boolean closed;

  private Scope(boolean detached) {
    this.id = NativeRuntime.openScope(detached);
  }

  /** Opens a frame: one step's temporaries. */
  public static Scope open() {
    return new Scope(false);
  }

  /** Opens a scope that is never innermost. */
  public static Scope detached() {
    return new Scope(true);
  }

  /** Moves the array into this scope. */
  public Array adopt(Array array) {
    NativeRuntime.adopt(id, array.handle());
    return array;
  }

  /** Moves the array out of this frame into the one around it. */
  public Array keep(Array array) {
    NativeRuntime.adopt(NativeRuntime.parentScope(id), array.handle());
    return array;
  }

  /** Frees what belongs to this scope. Closing twice does nothing. */
  @Override
  public void close() {
    if (!closed) {
      NativeRuntime.closeScope(id);
      closed = true;
    }
  }
}
