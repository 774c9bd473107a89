package dev.mlxmtp.decode;

import java.util.Locale;

/** How a sampled draft and the model's own sample are brought together. Both are exact. */
public enum Coupling {
  /**
   * Drafter and model choose with the same noise, keyed by seed, position and token; a draft is
   * accepted where they choose the same. The text is that of plain sampling with the same seed.
   */
  GUMBEL,
  /**
   * A draft is drawn from the drafter's distribution q and accepted with probability {@code min(1,
   * p ÷ q)}, else replaced by a sample of what is left of p (Leviathan et al. 2023). The text has
   * the model's distribution, but is not that of plain sampling with the same seed.
   */
  REJECTION;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
