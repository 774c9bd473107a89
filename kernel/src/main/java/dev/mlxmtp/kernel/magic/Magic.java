package dev.mlxmtp.kernel.magic;

/**
 * A command. Its class carries picocli's annotations: the name, the description and the options, of
 * which a fresh instance holds one call's values.
 */
public interface Magic {

  /** How a command ended that did not fail. */
  enum Outcome {
    DONE,
    /** The user stopped it. */
    CANCELLED
  }

  /**
   * Does it.
   *
   * @throws MagicException where it cannot be done as asked; so do the engine's own exceptions
   */
  Outcome run(Workspace workspace);
}
