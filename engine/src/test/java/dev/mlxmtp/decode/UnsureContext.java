package dev.mlxmtp.decode;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Where a reference text is least sure how to go on.
 *
 * @param newest the token after the context, from which a round begins
 */
record UnsureContext(int[] tokens, int newest) {

  static UnsureContext of(ReferenceCase c) {
    int least =
        IntStream.range(1, c.margins().length)
            .boxed()
            .min(Comparator.comparingDouble(i -> c.margins()[i]))
            .orElseThrow();
    int[] tokens = Arrays.copyOf(c.prompt(), c.prompt().length + least - 1);
    System.arraycopy(c.greedy(), 0, tokens, c.prompt().length, least - 1);
    return new UnsureContext(tokens, c.greedy()[least - 1]);
  }
}
