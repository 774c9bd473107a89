package dev.mlxmtp.session;

/**
 * How near two tokens were to each other in one place, by a fresh pass over what stands before it.
 *
 * @param token logit of the one
 * @param other logit of the other
 * @param lead by how much the one is chosen before the other, in logits: their gap where the choice
 *     is greedy, with penalties, bias and noise where there are such; infinite where the rules
 *     exclude one of them
 * @param rounding how far rounding may have moved the gap
 */
public record LogitGap(double token, double other, double lead, double rounding) {

  /** Logit of the one less that of the other. */
  public double gap() {
    return token - other;
  }

  /** True where rounding explains that either was chosen; else something is wrong. */
  public boolean isRounding() {
    return Math.abs(lead) <= rounding;
  }
}
