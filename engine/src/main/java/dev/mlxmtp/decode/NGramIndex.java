package dev.mlxmtp.decode;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Where in a text its newest tokens occurred before. Grows with the text; a text that is not a
 * continuation of the one before is indexed anew.
 */
final class NGramIndex {
  private static final int SHORTEST = 2;
  // Enough to tell one place from another; longer matches are told apart by going on backwards.
  private static final int HASHED = 3;
  private static final int LONGEST = 32;

  private final Map<Long, Integer> latest = new HashMap<>();
  private int[] text = {};
  private int length;

  /**
   * A place.
   *
   * @param next index behind the match, where what followed then begins
   * @param length tokens that agree, going backwards, at most 32
   */
  record Match(int next, int length) {}

  /** Takes the text up to its newest token. */
  void follow(int[] tokens) {
    int common = Arrays.mismatch(text, 0, length, tokens, 0, tokens.length);
    if (common >= 0 && common < length) {
      latest.clear();
      length = 0;
    }
    for (int end = Math.max(length, SHORTEST); end < tokens.length; end++) {
      // The n-gram that ends before `end`, which is what follows it.
      latest.put(key(tokens, end, SHORTEST), end);
      if (end >= HASHED) {
        latest.put(key(tokens, end, HASHED), end);
      }
    }
    text = tokens;
    length = tokens.length;
  }

  /** The latest earlier place that agrees with the text's end; its length is 0 where none does. */
  Match match() {
    for (int n = HASHED; n >= SHORTEST; n--) {
      if (length > n) {
        Integer next = latest.get(key(text, length, n));
        if (next != null && agreement(next) >= n) {
          return new Match(next, agreement(next));
        }
      }
    }
    return new Match(length, 0);
  }

  /** At most so many of the tokens from a place on. */
  int[] from(int start, int most) {
    return Arrays.copyOfRange(text, start, Math.min(length, start + most));
  }

  private int agreement(int next) {
    int n = 0;
    while (n < LONGEST && next - n > 0 && text[next - n - 1] == text[length - n - 1]) {
      n++;
    }
    return n;
  }

  private static long key(int[] tokens, int end, int n) {
    long key = n;
    for (int i = end - n; i < end; i++) {
      key = key * 0x9e3779b97f4a7c15L + tokens[i] + 1;
    }
    return key;
  }
}
