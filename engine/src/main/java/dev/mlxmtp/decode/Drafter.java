package dev.mlxmtp.decode;

/**
 * Proposes tokens for the model to verify. What it must remember of the context is {@link
 * Sequence}'s.
 */
sealed interface Drafter permits NoDrafter, MtpDrafter, NGramDrafter, AdaptiveDrafter {

  /** Name in statistics, of what it proposed last. */
  String name();

  /**
   * Proposes at most {@code limit} tokens.
   *
   * @param history the tokens so far, the newest included
   */
  Draft propose(int limit, History history);

  /**
   * Takes up what became of its proposal.
   *
   * @param nanos of the whole round
   */
  default void learn(Round round, long nanos) {}
}
