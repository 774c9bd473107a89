package dev.mlxmtp.decode;

/**
 * Randomness without a state: a number is a function of seed, purpose, position and token alone, so
 * that it is the same wherever and in whatever order it is asked for.
 */
final class Noise {
  /** What the randomness is for; different purposes never share any. */
  enum Purpose {
    /** Choosing a token; drafter and model share it where they are coupled. */
    CHOICE(0),
    /** Drawing a draft that is not coupled. */
    DRAFT(0x9d2c5680b5f1a3e7L),
    /** Accepting a draft or not. */
    ACCEPT(0xefc60000a24baed5L),
    /** Choosing in the place of a rejected draft. */
    RESIDUAL(0x6c078965f3b9cc2dL);

    private final long key;

    Purpose(long key) {
      this.key = key;
    }
  }

  private final long seed;

  Noise(long seed) {
    this.seed = seed;
  }

  /** What the numbers of a purpose at a position are made of. */
  long key(Purpose purpose, int position) {
    return mix(mix(seed ^ purpose.key) ^ position);
  }

  /** Uniform in (0, 1). */
  double uniform(Purpose purpose, int position, int token) {
    return uniform(key(purpose, position), token);
  }

  /** Uniform in (0, 1). */
  static double uniform(long key, int token) {
    // 53 random bits, moved off 0 and 1 by half a step.
    return ((mix(key ^ token) >>> 11) + 0.5) * 0x1p-53;
  }

  /** Standard Gumbel: {@code argmax_i(log p_i + gumbel_i)} is a sample of p. */
  static double gumbel(double uniform) {
    return -Math.log(-Math.log(uniform));
  }

  /** The uniform number whose Gumbel is this, a hair less. */
  static double uniformOf(double gumbel) {
    return Math.exp(-Math.exp(-gumbel)) * (1 - 1e-9);
  }

  // The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
  private static long mix(long z) {
    long x = z + 0x9e3779b97f4a7c15L;
    x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
    return x ^ (x >>> 31);
  }
}
