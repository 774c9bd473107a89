package dev.mlxmtp.kernel.cell;

import dev.mlxmtp.kernel.magic.Failure;

/** How a cell ended. */
public sealed interface CellResult {

  /** It did what it was asked to. */
  record Done() implements CellResult {}

  /**
   * The user stopped it.
   *
   * @param message what became of it; empty where its output says so
   */
  record Cancelled(String message) implements CellResult {}

  /**
   * It could not.
   *
   * @param failure what the user is told
   * @param thrown what was behind it
   */
  record Failed(Failure failure, Throwable thrown) implements CellResult {}
}
