package dev.mlxmtp.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.TestPaths;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DetokenizerTest {
  private static Tokenizer tokenizer;

  @BeforeAll
  static void load() {
    tokenizer = Tokenizer.load(TestPaths.demoModel());
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  /** A decoder whose tokens are single bytes: every boundary falls inside some character. */
  private static String bytes(int[] ids) {
    var bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static List<String> stream(Detokenizer detokenizer, int[] ids) {
    var parts = new ArrayList<String>();
    for (int id : ids) {
      parts.add(detokenizer.add(id));
    }
    parts.add(detokenizer.finish());
    return parts;
  }

  private static int[] bytesOf(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return IntStream.range(0, bytes.length).map(i -> bytes[i] & 0xFF).toArray();
  }

  private static Detokenizer ofBytes() {
    return new Detokenizer(DetokenizerTest::bytes, id -> false);
  }

  @Test
  void neverGivesHalfACharacter() {
    var text = "naïve 漢字テスト 👩‍💻👨‍👩‍👧‍👦🏳️‍🌈 é e\u0301 \uFFFD!";
    var parts = stream(ofBytes(), bytesOf(text));
    assertEquals(text, String.join("", parts));
    for (var part : parts.subList(0, parts.size() - 4)) {
      assertFalse(part.contains("\uFFFD"), parts.toString());
      assertTrue(
          part.isEmpty() || !Character.isHighSurrogate(part.charAt(part.length() - 1)),
          parts.toString());
    }
    assertEquals(
        Normalizer.normalize(text, Normalizer.Form.NFC),
        String.join("", stream(new Detokenizer(tokenizer, false), tokenizer.encode(text))));
  }

  @Test
  void textIsGivenAsSoonAsItIsCertain() {
    var detokenizer = ofBytes();
    assertEquals("a", detokenizer.add('a'));
    assertEquals("", detokenizer.add(0xC3));
    assertEquals("é", detokenizer.add(0xA9));
    assertEquals("b", detokenizer.add('b'));
    assertEquals("", detokenizer.finish());
  }

  @Test
  void brokenBytesAndRealReplacementCharactersDoNotBlock() {
    var real = "\uFFFD".repeat(500);
    var detokenizer = ofBytes();
    int given = 0;
    for (int id : bytesOf(real)) {
      given += detokenizer.add(id).length();
    }
    assertTrue(given >= 497, "gave " + given);
    assertEquals(500, given + detokenizer.finish().length());
  }

  @Test
  void randomIdsGiveWhatDecodingThemAllGives() {
    var random = new Random(5);
    for (int i = 0; i < 300; i++) {
      var ids = random.ints(random.nextInt(80), 0, tokenizer.vocabularySize() + 20).toArray();
      boolean keep = random.nextBoolean();
      assertEquals(
          tokenizer.decode(ids, !keep),
          String.join("", stream(new Detokenizer(tokenizer, keep), ids)),
          Arrays.toString(ids));
    }
  }

  @Test
  void randomBytesGiveWhatDecodingThemAllGives() {
    var random = new Random(6);
    // Lead and continuation bytes far more often than in real text.
    int[] bytes = {
      'a', 0x80, 0xBF, 0xC3, 0xE4, 0xB8, 0xAD, 0xF0, 0x9F, 0x98, 0x80, 0xED, 0xA0, 0xFF
    };
    for (int i = 0; i < 20_000; i++) {
      var ids = random.ints(random.nextInt(120), 0, bytes.length).map(at -> bytes[at]).toArray();
      assertEquals(bytes(ids), String.join("", stream(ofBytes(), ids)), Arrays.toString(ids));
    }
  }

  /** Emoji cut into every order of whole characters, and the small tokens of a real vocabulary. */
  @Test
  void randomTextsComeBackWhole() {
    var random = new Random(8);
    var pieces = List.of("👨‍👩‍👧‍👦", "漢字", "🏳️‍🌈", "é", " ", "\n", "int x", "𝔘", "한국어", "😀");
    for (int i = 0; i < 500; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(20); n > 0; n--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      var ids = tokenizer.encode(text.toString());
      assertEquals(
          tokenizer.decode(ids, false),
          String.join("", stream(new Detokenizer(tokenizer, true), ids)));
    }
  }

  @Test
  void workIsLinear() {
    for (var ids :
        List.of(
            bytesOf("plain text ".repeat(1000)),
            bytesOf("漢".repeat(3000)),
            bytesOf("\uFFFD".repeat(3000)),
            IntStream.generate(() -> 0x80).limit(9000).toArray())) {
      var decoded = new long[1];
      Function<int[], String> counting =
          window -> {
            decoded[0] += window.length;
            return bytes(window);
          };
      stream(new Detokenizer(counting, id -> false), ids);
      assertTrue(decoded[0] <= 100L * ids.length, decoded[0] + " ids decoded for " + ids.length);
    }
  }

  @Test
  void specialTokensAreLeftOutOrKept() {
    var ids = tokenizer.encode("a<|im_end|>b<think>");
    assertEquals("ab<think>", String.join("", stream(new Detokenizer(tokenizer, false), ids)));
    assertEquals(
        "a<|im_end|>b<think>", String.join("", stream(new Detokenizer(tokenizer, true), ids)));
  }

  @Test
  void aDecoderThatDropsTheFirstSpaceLosesNoOther() {
    Function<int[], String> metaspace =
        ids -> {
          var text = new StringBuilder();
          for (int id : ids) {
            text.append(' ').append((char) id);
          }
          return text.isEmpty() ? "" : text.substring(1);
        };
    assertEquals(
        "a b c d",
        String.join(
            "", stream(new Detokenizer(metaspace, id -> false), new int[] {'a', 'b', 'c', 'd'})));
  }

  @Test
  void negativeIdsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> ofBytes().add(-1));
  }
}
