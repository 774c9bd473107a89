package dev.mlxmtp.decode;

/** Says how long a chain of drafts becomes. */
interface ChainRule {
  /** True where {@link #keeps} wants the confidence, for which the host has to wait. */
  boolean reads();

  /** Whether to draft at this position, from 0. */
  boolean begins(int position);

  /**
   * Whether to offer what was drafted; if not, the chain ends before it.
   *
   * @param confidence the head's: the probability of the draft, or of its likeliest token where the
   *     draft itself may not decide
   */
  boolean keeps(int position, float confidence);

  /**
   * A chain of a fixed length.
   *
   * @param least probability that a draft must have; 0 for any
   */
  record Fixed(int depth, double least) implements ChainRule {
    @Override
    public boolean reads() {
      return least > 0;
    }

    @Override
    public boolean begins(int position) {
      return position < depth;
    }

    @Override
    public boolean keeps(int position, float confidence) {
      return confidence >= least;
    }
  }
}
