package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.Differences;
import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.model.DraftHead;
import dev.mlxmtp.model.Qwen35;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tokens, caches and the head's pairs of a sequence stay in step, at a point of it too. */
@ExtendWith(OnEngineThread.class)
class SequenceTest {
  private static final double TOLERANCE = 1e-5;

  private static Qwen35 model;
  private static final ReferenceCase CASE = ReferenceCase.all().get(1);

  @BeforeAll
  static void load() {
    model = TestModels.demo();
  }

  @AfterAll
  static void close() {
    TestModels.close(model);
  }

  private static Sequence sequence(int[] tokens) {
    Sequence sequence = new Sequence(model, MtpVariant.standard());
    sequence.extend(tokens);
    return sequence;
  }

  private static void decode(Sequence sequence, int count) {
    DecodeOptions options =
        new DecodeOptions(
            DraftOptions.mtp(3),
            SamplingOptions.greedy(),
            Coupling.GUMBEL,
            Set.of(),
            model.config().vocabularySize(),
            new DraftHead.Full(),
            Verification.FAST,
            true,
            false,
            false);
    try (Decoder decoder = new Decoder(model, sequence, options, new Speculation())) {
      decoder.first(sequence.newest());
      for (int left = count - 1; left > 0; ) {
        left -= decoder.round(left).emitted().length;
      }
    }
  }

  // The trunk's newest state, and the head's output once the token after it is known.
  private static void assertLike(Sequence expected, Sequence found) {
    assertArrayEquals(expected.tokens(), found.tokens());
    assertEquals(found.length(), found.cache().length());
    assertEquals(found.length() - 1, found.mtpPairs().orElseThrow(), "pairs");
    Differences.assertRelative(
        expected.newest().postNorm().toFloats(),
        found.newest().postNorm().toFloats(),
        TOLERANCE,
        "newest hidden state");
    for (Sequence s : new Sequence[] {expected, found}) {
      s.next(CASE.greedy()[0]);
      assertEquals(s.length(), s.mtpPairs().orElseThrow(), "pairs with the next token known");
    }
    Differences.assertRelative(
        expected.mtp().orElseThrow().newest().postNorm().toFloats(),
        found.mtp().orElseThrow().newest().postNorm().toFloats(),
        TOLERANCE,
        "the head's output");
    for (Sequence s : new Sequence[] {expected, found}) {
      s.forgetNext();
      assertEquals(s.length() - 1, s.mtpPairs().orElseThrow(), "pairs with it forgotten");
    }
  }

  @Test
  void inSeveralPrompts() {
    int[] prompt = CASE.prompt();
    try (Sequence whole = sequence(prompt);
        Sequence parts = sequence(Arrays.copyOf(prompt, 5))) {
      parts.extend(Arrays.copyOfRange(prompt, 5, 6));
      parts.extend(Arrays.copyOfRange(prompt, 6, prompt.length));
      assertLike(whole, parts);
    }
  }

  @Test
  void backAtAPoint() {
    try (Sequence fresh = sequence(CASE.prompt());
        Sequence used = sequence(CASE.prompt());
        Sequence.Point point = used.point()) {
      assertEquals(CASE.prompt().length, point.length());
      for (int i = 0; i < 3; i++) {
        decode(used, 20);
        used.settle();
        assertEquals(CASE.prompt().length + 19, used.length());
        used.restore(point);
        assertLike(fresh, used);
      }
    }
  }

  @Test
  void afterAnAnswer() {
    try (Sequence used = sequence(CASE.prompt())) {
      decode(used, 20);
      used.settle();
      used.forgetNext();
      try (Sequence fresh = sequence(used.tokens())) {
        assertLike(fresh, used);
      }
    }
  }
}
