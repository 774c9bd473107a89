package dev.mlxmtp.decode;

/**
 * Proposes tokens for the model to verify. What it must remember of the context is {@link
 * Sequence}'s.
 */
sealed interface Drafter permits NoDrafter, MtpDrafter {

  /** Name in statistics. */
  String name();

  /** Proposes at most {@code limit} tokens after the newest of the sequence. */
  Draft propose(int limit);
}
