package dev.mlxmtp.model;

/**
 * One sequence's rows of a pass over several sequences.
 *
 * @param cache holds its positions before; {@code rows} are appended
 */
public record Part(ModelCache cache, int rows, Pass pass) {

  /** The newest token and drafts after it. */
  public static Part verified(ModelCache cache, int rows) {
    return new Part(cache, rows, rows == 1 ? Pass.COMMIT : Pass.VERIFY);
  }
}
