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
 */
public record MtpVariant(boolean postNorm, boolean history) {

  public static MtpVariant standard() {
    return new MtpVariant(true, true);
  }

  Array hidden(Hidden hidden) {
    return postNorm ? hidden.postNorm() : hidden.preNorm();
  }
}
