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

  /**
   * Prompt lookup: what followed the newest tokens when they occurred before.
   *
   * @param most tokens drafted a round, 1 to 32
   * @param shortest agreement from which it drafts, 2 or more
   */
  record NGram(int most, int shortest) implements DraftOptions {
    public static final int MAX_TOKENS = 32;

    public NGram {
      if (most < 1 || most > MAX_TOKENS) {
        throw new IllegalArgumentException(
            "An n-gram draft must be 1 to " + MAX_TOKENS + " tokens long, not " + most + ".");
      }
      if (shortest < 2) {
        throw new IllegalArgumentException(
            "The n-gram drafter needs at least 2 tokens that agree, not " + shortest + ".");
      }
    }

    /** Sixteen tokens after three that agree. */
    public static NGram standard() {
      return new NGram(16, 3);
    }
  }

  /**
   * Chooses the drafter and the depth of each round by what they cost and yield here.
   *
   * @param most tokens drafted by the MTP head a round, 1 to 8
   * @param variant what the head is fed
   */
  record Auto(int most, MtpVariant variant) implements DraftOptions {
    public Auto {
      if (most < 1 || most > Mtp.MAX_DEPTH) {
        throw new IllegalArgumentException(
            "The MTP depth must be 1 to " + Mtp.MAX_DEPTH + ", not " + most + ".");
      }
    }

    /** Up to eight tokens, the head fed as it was trained. */
    public static Auto standard() {
      return new Auto(Mtp.MAX_DEPTH, MtpVariant.standard());
    }
  }

  static DraftOptions mtp(int depth) {
    return depth == 0 ? new None() : new Mtp(depth, 0, MtpVariant.standard());
  }
}
