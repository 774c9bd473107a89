package dev.mlxmtp.decode;

import java.util.Arrays;

/**
 * The tokens that a choice may depend on, copied only where one does.
 *
 * @param covered those that the caches cover
 * @param newest the one after them
 */
record History(Sequence covered, int newest) {

  /** Index of the token that follows. */
  int length() {
    return covered.length() + 1;
  }

  /** All of them, and these after them. */
  int[] with(int... more) {
    int[] before = covered.tokens();
    int[] all = Arrays.copyOf(before, before.length + 1 + more.length);
    all[before.length] = newest;
    System.arraycopy(more, 0, all, before.length + 1, more.length);
    return all;
  }
}
