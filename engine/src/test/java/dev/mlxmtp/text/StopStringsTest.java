package dev.mlxmtp.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringsTest {
  private record Outcome(String text, Optional<String> stop) {}

  private static Outcome run(List<String> stops, List<String> fragments) {
    var stop = new StopStrings(stops);
    var text = new StringBuilder();
    Optional<String> found = Optional.empty();
    for (var fragment : fragments) {
      var result = stop.push(fragment);
      text.append(result.text());
      found = found.or(result::stop);
    }
    text.append(stop.finish());
    return new Outcome(text.toString(), found);
  }

  @Test
  void holdsBackWhatMayBecomeAStop() {
    var stops = new StopStrings(List.of("END", "\n\n"));
    assertEquals("a", stops.push("aE").text());
    assertEquals("", stops.push("N").text());
    assertEquals("ENx", stops.push("x\n").text());
    assertEquals("\ny", stops.push("yEND more").text());
    assertTrue(stops.isStopped());
    assertEquals("", stops.push("ignored").text());
    assertEquals("", stops.finish());
  }

  @Test
  void givesTheRestAtTheEnd() {
    var stops = new StopStrings(List.of("END"));
    assertEquals("a", stops.push("aEN").text());
    assertEquals("EN", stops.finish());
  }

  @Test
  void theFirstToBeCompleteWins() {
    assertEquals(new Outcome("a", Optional.of("bc")), run(List.of("abcd", "bc"), List.of("abcd")));
    assertEquals(new Outcome("", Optional.of("abc")), run(List.of("bc", "abc"), List.of("abcd")));
    assertEquals(new Outcome("aa", Optional.of("aab")), run(List.of("aab"), List.of("aa", "aab")));
  }

  @Test
  void noStopsPassEverything() {
    assertEquals(new Outcome("abc", Optional.empty()), run(List.of(), List.of("a", "bc")));
    assertFalse(new StopStrings(List.of()).isStopped());
  }

  @Test
  void emptyStopsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new StopStrings(List.of("")));
  }

  /** Against the definition: the smallest end of any occurrence, however the text is cut. */
  @Test
  void fragmentsMakeNoDifference() {
    var random = new Random(1);
    for (int i = 0; i < 5000; i++) {
      var text = word(random, 30);
      var stops = new ArrayList<String>();
      for (int n = random.nextInt(4); n > 0; n--) {
        stops.add("x" + word(random, 3));
      }
      var fragments = new ArrayList<String>();
      for (int at = 0; at < text.length(); ) {
        int end = Math.min(text.length(), at + 1 + random.nextInt(5));
        fragments.add(text.substring(at, end));
        at = end;
      }
      assertEquals(expected(text, stops), run(stops, fragments).text(), text + " " + stops);
    }
  }

  private static String word(Random random, int most) {
    var word = new StringBuilder();
    for (int n = random.nextInt(most + 1); n > 0; n--) {
      word.append(random.nextBoolean() ? 'x' : 'y');
    }
    return word.toString();
  }

  private static String expected(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      var front = text.substring(0, end);
      var longest = stops.stream().filter(front::endsWith).mapToInt(String::length).max();
      if (longest.isPresent()) {
        return text.substring(0, end - longest.getAsInt());
      }
    }
    return text;
  }
}
