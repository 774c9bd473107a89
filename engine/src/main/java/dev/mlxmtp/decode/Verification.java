package dev.mlxmtp.decode;

import java.util.Locale;

/** How drafts are verified. Where a row's numbers do not depend on its neighbours both are one. */
public enum Verification {
  /**
   * Each row reduces in the order in which plain decoding would, so that the text is plain
   * decoding's to the byte. Where the device's kernels for several rows round otherwise than those
   * for one, the rows go through the model one by one.
   */
  EXACT,
  /**
   * All rows in one pass. A choice between tokens whose logits are next to equal may come out
   * otherwise than in plain decoding.
   */
  FAST;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
