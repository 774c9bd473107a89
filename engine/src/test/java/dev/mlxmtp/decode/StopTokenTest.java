package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.model.Qwen35;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A text ends at its stop token and at its budget, wherever in a round that is. */
@ExtendWith(OnEngineThread.class)
class StopTokenTest {
  private static final int DEPTH = 4;

  private static Qwen35 model;

  @BeforeAll
  static void load() {
    model = TestModels.demo();
  }

  @AfterAll
  static void close() {
    TestModels.close(model);
  }

  /** Where in a round the stop token stands. */
  enum Place {
    FIRST_TOKEN,
    INSIDE_THE_ACCEPTED_RUN,
    AT_ITS_END,
    AS_BONUS
  }

  /**
   * A token that occurs first at the wanted place.
   *
   * @param index in the text
   * @param inRound index in the tokens of its round
   */
  private record Found(ReferenceCase c, int token, int index, int inRound) {}

  private static Found find(Place place) {
    for (ReferenceCase c : ReferenceCase.all()) {
      if (place == Place.FIRST_TOKEN) {
        return new Found(c, c.greedy()[0], 0, 0);
      }
      for (Round r : Decoding.run(model, c.prompt(), DraftOptions.mtp(DEPTH), 60).rounds()) {
        int first = r.position() - c.prompt().length;
        for (int j = 0; j <= r.accepted(); j++) {
          int index = first + j;
          int token = c.greedy()[index];
          boolean fits =
              switch (place) {
                case FIRST_TOKEN -> false;
                case INSIDE_THE_ACCEPTED_RUN -> j < r.accepted() - 1;
                case AT_ITS_END -> j == r.accepted() - 1;
                case AS_BONUS -> j == r.accepted() && r.accepted() > 0;
              };
          if (fits && Arrays.stream(c.greedy()).limit(index).noneMatch(t -> t == token)) {
            return new Found(c, token, index, j);
          }
        }
      }
    }
    return fail("no reference case has a token " + place);
  }

  @ParameterizedTest
  @EnumSource
  void stopToken(Place place) {
    Found found = find(place);
    int[] expected = Arrays.copyOf(found.c().greedy(), found.index() + 1);
    Set<Integer> stops = Set.of(found.token());
    Decoding plain = Decoding.run(model, found.c().prompt(), new DraftOptions.None(), 64, stops);
    Decoding text = Decoding.run(model, found.c().prompt(), DraftOptions.mtp(DEPTH), 64, stops);
    assertArrayEquals(expected, plain.tokens());
    assertArrayEquals(expected, text.tokens());
    assertCovered(found.c(), text);
    if (place == Place.FIRST_TOKEN) {
      assertTrue(text.rounds().isEmpty(), "nothing is left to run");
      return;
    }
    Round last = text.rounds().getLast();
    assertEquals(found.inRound() + 1, last.emitted().length);
    assertEquals(found.token(), last.emitted()[found.inRound()]);
    if (place == Place.AS_BONUS) {
      assertEquals(found.inRound(), last.accepted());
      assertEquals(found.token(), last.bonus().orElseThrow());
    } else {
      assertEquals(found.inRound() + 1, last.accepted(), "accepted up to the stop token");
      assertTrue(last.bonus().isEmpty(), "no token after the stop token");
    }
  }

  // The caches cover everything but the newest token, and no rejected draft.
  private static void assertCovered(ReferenceCase c, Decoding text) {
    int[] expected = Arrays.copyOf(c.prompt(), c.prompt().length + text.tokens().length - 1);
    System.arraycopy(text.tokens(), 0, expected, c.prompt().length, text.tokens().length - 1);
    assertArrayEquals(expected, text.covered());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void budget(int depth) {
    ReferenceCase c = ReferenceCase.all().get(1);
    for (int budget = 1; budget <= 24; budget++) {
      Decoding text = Decoding.run(model, c.prompt(), DraftOptions.mtp(depth), budget);
      assertArrayEquals(Arrays.copyOf(c.greedy(), budget), text.tokens(), "budget " + budget);
      assertCovered(c, text);
      int left = budget - 1;
      for (Round r : text.rounds()) {
        assertTrue(r.drafted().length <= left - 1, "no draft past the budget");
        left -= r.emitted().length;
      }
      assertEquals(0, left);
    }
  }

  @Test
  void aStopTokenAmongRejectedDraftsDoesNotEndTheText() {
    for (ReferenceCase c : ReferenceCase.all()) {
      for (Round r : Decoding.run(model, c.prompt(), DraftOptions.mtp(DEPTH), 60).rounds()) {
        int end = r.position() - c.prompt().length + r.emitted().length;
        for (int j = r.accepted(); j < r.drafted().length; j++) {
          int draft = r.drafted()[j];
          if (Arrays.stream(c.greedy()).limit(end + 4).noneMatch(t -> t == draft)) {
            int[] text =
                Decoding.run(model, c.prompt(), DraftOptions.mtp(DEPTH), end + 4, Set.of(draft))
                    .tokens();
            assertArrayEquals(Arrays.copyOf(c.greedy(), end + 4), text);
            return;
          }
        }
      }
    }
    fail("no rejected draft that the text does not hold");
  }
}
