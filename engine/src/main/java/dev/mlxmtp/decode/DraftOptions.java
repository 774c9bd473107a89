package dev.mlxmtp.decode;

/** Who drafts. */
public sealed interface DraftOptions {

  /** Nobody: plain decoding. */
  record None() implements DraftOptions {}

  /**
   * The model's own multi-token-prediction head.
   *
   * @param depth tokens drafted a round, 1 to 8, chained
   * @param minProbability a draft that the head itself finds less probable ends the chain and is
   *     not offered; 0 for never
   * @param variant what the head is fed
   */
  record Mtp(int depth, double minProbability, MtpVariant variant) implements DraftOptions {
    public static final int MAX_DEPTH = 8;

    public Mtp {
      if (depth < 1 || depth > MAX_DEPTH) {
        throw new IllegalArgumentException(
            "The MTP depth must be 1 to " + MAX_DEPTH + ", not " + depth + ".");
      }
      if (!(minProbability >= 0 && minProbability <= 1)) {
        throw new IllegalArgumentException(
            "The least probability of a draft must be between 0 and 1, not "
                + minProbability
                + ".");
      }
    }
  }

  static DraftOptions mtp(int depth) {
    return depth == 0 ? new None() : new Mtp(depth, 0, MtpVariant.standard());
  }
}
