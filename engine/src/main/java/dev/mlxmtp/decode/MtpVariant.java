package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.model.Hidden;

/**
 * What the MTP head is fed. The standard is what the family was trained with; the others are there
 * to be compared.
 *
 * @param postNorm the hidden state after the trunk's final norm, else before it
 * @param history the head's cache holds the whole context, else it is emptied every round and
 *     positions start at 0
 * @param chainPostNorm where the head drafts on, its own output after {@code mtp.norm}, else before
 *     it
 */
public record MtpVariant(boolean postNorm, boolean history, boolean chainPostNorm) {

  /** Chained as trained. */
  public MtpVariant(boolean postNorm, boolean history) {
    this(postNorm, history, true);
  }

  public static MtpVariant standard() {
    return new MtpVariant(true, true);
  }

  /** Of the trunk's states those that a pair holds. */
  Array hidden(Hidden trunk) {
    return postNorm ? trunk.postNorm() : trunk.preNorm();
  }

  /** Of the head's states that which it is fed to draft on. */
  Array chained(Hidden head) {
    return chainPostNorm ? head.postNorm() : head.preNorm();
  }
}
