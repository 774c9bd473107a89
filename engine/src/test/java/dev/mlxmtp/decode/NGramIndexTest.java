package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NGramIndexTest {
  private final NGramIndex index = new NGramIndex();

  private NGramIndex.Match match(int... tokens) {
    index.follow(tokens);
    return index.match();
  }

  @Test
  void theLatestPlaceWithTheLongestEndIsFound() {
    assertEquals(new NGramIndex.Match(3, 3), match(1, 2, 3, 9, 8, 1, 2, 3));
    assertArrayEquals(new int[] {9, 8, 1, 2}, index.from(3, 4));
    assertEquals(new NGramIndex.Match(7, 2), match(5, 2, 3, 9, 4, 2, 3, 7, 2, 3));
    assertArrayEquals(new int[] {7, 2}, index.from(7, 2));
    assertEquals(0, match(1, 2, 3, 4).length());
    assertEquals(0, match(1).length());
    assertEquals(0, match().length());
  }

  @Test
  void aTextGrowsOrIsAnother() {
    assertEquals(0, match(1, 2, 3, 4).length());
    assertEquals(new NGramIndex.Match(2, 2), match(1, 2, 3, 4, 1, 2));
    // Another text, of which nothing of the first may be left.
    assertEquals(0, match(3, 4, 5, 1, 2).length());
    assertEquals(new NGramIndex.Match(2, 2), match(3, 4, 5, 1, 2, 3, 4));
  }

  @Test
  void whatIsFoundAgrees() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      int[] text = random.ints(60, 0, 5).toArray();
      NGramIndex fresh = new NGramIndex();
      for (int end = 0; end <= text.length; end += 1 + random.nextInt(4)) {
        int[] part = Arrays.copyOf(text, end);
        fresh.follow(part);
        NGramIndex.Match found = fresh.match();
        if (found.length() == 0) {
          assertTrue(!occursBefore(part, 2), () -> Arrays.toString(part));
          continue;
        }
        assertTrue(found.next() < part.length);
        for (int i = 1; i <= found.length(); i++) {
          assertEquals(part[part.length - i], part[found.next() - i]);
        }
      }
    }
  }

  private static boolean occursBefore(int[] text, int n) {
    for (int end = n; end < text.length; end++) {
      if (text.length >= n
          && Arrays.equals(text, end - n, end, text, text.length - n, text.length)) {
        return true;
      }
    }
    return false;
  }
}
