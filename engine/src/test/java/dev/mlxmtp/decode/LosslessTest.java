package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.model.Qwen35;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Greedy text with drafts is the greedy text, in float32 to the token, whatever is drafted. */
@ExtendWith(OnEngineThread.class)
class LosslessTest {
  private static Qwen35 model;

  @BeforeAll
  static void load() {
    model = TestModels.demo();
  }

  @AfterAll
  static void close() {
    TestModels.close(model);
  }

  private static List<Round> assertReferenceText(ReferenceCase c, DraftOptions draft) {
    Decoding text = Decoding.run(model, c.prompt(), draft, c.greedy().length);
    assertArrayEquals(c.greedy(), text.tokens(), c + " with " + draft);
    return text.rounds();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyDepth(int depth) {
    // All cases at the depths in use, half of them at those beyond.
    List<ReferenceCase> cases = ReferenceCase.all();
    for (ReferenceCase c : cases.subList(0, depth <= 4 ? cases.size() : cases.size() / 2)) {
      List<Round> rounds = assertReferenceText(c, DraftOptions.mtp(depth));
      assertTrue(rounds.stream().anyMatch(r -> r.drafted().length == depth), "full drafts");
      assertTrue(rounds.size() < c.greedy().length - 1, "fewer passes than tokens");
    }
  }

  @Test
  void everyVariant() {
    for (MtpVariant variant :
        List.of(
            new MtpVariant(false, true),
            new MtpVariant(true, false),
            new MtpVariant(false, false))) {
      for (ReferenceCase c : ReferenceCase.all().subList(0, 3)) {
        assertReferenceText(c, new DraftOptions.Mtp(3, 0, variant));
      }
    }
  }

  @Test
  void endingADraftEarly() {
    int all = 0;
    int fewer = 0;
    int rejectedOfAll = 0;
    int rejectedOfFewer = 0;
    for (ReferenceCase c : ReferenceCase.all()) {
      for (Round r : assertReferenceText(c, DraftOptions.mtp(6))) {
        all += r.drafted().length;
        rejectedOfAll += r.drafted().length - r.accepted();
      }
      DraftOptions careful = new DraftOptions.Mtp(6, 0.7, MtpVariant.standard());
      for (Round r : assertReferenceText(c, careful)) {
        fewer += r.drafted().length;
        rejectedOfFewer += r.drafted().length - r.accepted();
        for (float p : r.draftProbabilities()) {
          assertTrue(p >= 0.7f, "an offered draft of probability " + p);
        }
      }
    }
    assertTrue(fewer > 0 && fewer < all, fewer + " drafts of " + all);
    assertTrue(
        (double) rejectedOfFewer / fewer < (double) rejectedOfAll / all,
        "fewer of the confident drafts are rejected");
  }

  @Test
  void certaintyIsNeverReached() {
    DraftOptions never = new DraftOptions.Mtp(2, 1, MtpVariant.standard());
    List<Round> rounds = assertReferenceText(ReferenceCase.all().getFirst(), never);
    assertTrue(rounds.stream().allMatch(r -> r.accepted() <= r.drafted().length));
    assertTrue(rounds.stream().filter(r -> r.drafted().length == 0).count() > rounds.size() / 2);
  }

  @Test
  void roundsSayWhatHappened() {
    ReferenceCase c = ReferenceCase.all().getFirst();
    Decoding text = Decoding.run(model, c.prompt(), DraftOptions.mtp(4), 64);
    int next = c.prompt().length + 1;
    for (Round r : text.rounds()) {
      assertEquals("mtp", r.drafter());
      assertEquals(next, r.position(), "index of the first token of a round");
      assertEquals(r.drafted().length, r.draftProbabilities().length);
      assertEquals(r.drafted().length, r.targetProbabilities().length);
      assertEquals(r.accepted() + 1, r.emitted().length, "accepted drafts and the model's own");
      for (int i = 0; i < r.drafted().length; i++) {
        assertTrue(r.draftProbabilities()[i] > 0 && r.draftProbabilities()[i] <= 1.00001f);
        assertTrue(r.targetProbabilities()[i] >= 0 && r.targetProbabilities()[i] <= 1.00001f);
      }
      // The model's choice is its most probable token, so that an accepted draft is likely too.
      IntStream.range(0, r.accepted())
          .forEach(i -> assertTrue(r.targetProbabilities()[i] > 1f / 8192));
      next += r.emitted().length;
    }
    AcceptanceStats stats = AcceptanceStats.of(text.rounds());
    assertEquals(63, stats.emitted());
    assertEquals(text.rounds().size(), stats.rounds());
    assertEquals(63 - text.rounds().size(), stats.accepted().stream().mapToInt(i -> i).sum());
    assertEquals(63.0 / text.rounds().size(), stats.tokensPerPass().orElseThrow(), 1e-12);
  }

  @Test
  void refusesDepthsThatThereAreNot() {
    for (int depth : new int[] {-1, 9}) {
      assertThrows(IllegalArgumentException.class, () -> DraftOptions.mtp(depth));
    }
  }
}
