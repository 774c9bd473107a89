package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.model.Qwen35;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever drafts and however tokens are chosen: a text ends at its stop token and at its budget,
 * wherever in a round that is. All depths, texts and budgets with {@code -Dmlxmtp.full=true}.
 */
@ExtendWith(OnEngineThread.class)
class DrafterStopTest {
  private static final boolean FULL = Boolean.getBoolean("mlxmtp.full");
  private static final int LENGTH = 24;
  private static final int QUOTED = 20;

  private static Qwen35 model;

  @BeforeAll
  static void load() {
    model = TestModels.demo();
  }

  @AfterAll
  static void close() {
    TestModels.close(model);
  }

  /** Where a round has its stop token. */
  enum Place {
    NO_DRAFT_AGREES,
    INSIDE_THE_ACCEPTED_RUN,
    AT_ITS_END,
    AS_BONUS
  }

  static Stream<Arguments> drafters() {
    IntStream depths =
        FULL ? IntStream.rangeClosed(1, DraftOptions.Mtp.MAX_DEPTH) : IntStream.of(1, 3, 8);
    return Stream.concat(
            depths.mapToObj(DraftOptions::mtp),
            Stream.of(DraftOptions.NGram.standard(), DraftOptions.Auto.standard()))
        .flatMap(
            draft ->
                Stream.of(SamplingOptions.greedy(), new SamplingOptions(0.8, 0, 1, 0, 1, 3))
                    .map(sampling -> Arguments.of(draft, sampling)));
  }

  /**
   * A prompt that was asked and answered before, so that there is something to quote.
   *
   * @param text what plain decoding makes of it
   */
  private record Case(int[] prompt, int[] text) {
    static Case of(ReferenceCase c, SamplingOptions sampling) {
      int[] prompt =
          Stream.of(c.prompt(), Arrays.copyOf(c.greedy(), QUOTED), c.prompt())
              .flatMapToInt(Arrays::stream)
              .toArray();
      Decoding plain = run(prompt, new DraftOptions.None(), sampling, LENGTH, Set.of());
      return new Case(prompt, plain.tokens());
    }

    boolean occursFirstAt(int index) {
      return Arrays.stream(text).limit(index).noneMatch(t -> t == text[index]);
    }

    // The caches cover everything but the newest token, and no rejected draft.
    void assertText(int length, Decoding found, String what) {
      assertArrayEquals(Arrays.copyOf(text, length), found.tokens(), what);
      int[] covered = Arrays.copyOf(prompt, prompt.length + length - 1);
      System.arraycopy(text, 0, covered, prompt.length, length - 1);
      assertArrayEquals(covered, found.covered(), what);
    }
  }

  private static Decoding run(
      int[] prompt, DraftOptions draft, SamplingOptions sampling, int count, Set<Integer> stops) {
    return Decoding.run(
        model, prompt, draft, sampling, Coupling.GUMBEL, count, stops, (sequence, newest) -> {});
  }

  @ParameterizedTest
  @MethodSource("drafters")
  void stopToken(DraftOptions draft, SamplingOptions sampling) {
    Set<Place> places = EnumSet.allOf(Place.class);
    if (draft.equals(DraftOptions.mtp(1))) {
      places.remove(Place.INSIDE_THE_ACCEPTED_RUN);
    }
    Set<Place> seen = EnumSet.noneOf(Place.class);
    for (ReferenceCase reference : ReferenceCase.all()) {
      if (FULL || !seen.containsAll(places)) {
        Case c = Case.of(reference, sampling);
        for (int index = 0; index < LENGTH; index++) {
          if (c.occursFirstAt(index)) {
            Decoding stopped = run(c.prompt(), draft, sampling, LENGTH, Set.of(c.text()[index]));
            c.assertText(index + 1, stopped, reference + ", stopped at token " + index);
            if (index > 0) {
              seen.add(place(c, index, stopped.rounds().getLast()));
            }
          }
        }
      }
    }
    assertTrue(seen.containsAll(places), () -> "stopped only " + seen);
  }

  private static Place place(Case c, int index, Round last) {
    int first = last.position() - c.prompt().length;
    int agree = 0;
    while (agree < last.drafted().length && last.drafted()[agree] == c.text()[first + agree]) {
      agree++;
    }
    int inRound = index - first;
    assertEquals(inRound + 1, last.emitted().length, "nothing after the stop token");
    assertEquals(c.text()[index], last.emitted()[inRound]);
    assertEquals(Math.min(agree, inRound + 1), last.accepted(), "accepted up to the stop token");
    assertEquals(inRound == agree, last.bonus().isPresent(), "a token of the model's own");
    if (agree == 0) {
      return Place.NO_DRAFT_AGREES;
    }
    return inRound == agree
        ? Place.AS_BONUS
        : inRound == agree - 1 ? Place.AT_ITS_END : Place.INSIDE_THE_ACCEPTED_RUN;
  }

  @ParameterizedTest
  @MethodSource("drafters")
  void budget(DraftOptions draft, SamplingOptions sampling) {
    int endedInRuns = 0;
    for (ReferenceCase reference : ReferenceCase.all().subList(0, FULL ? 8 : 2)) {
      Case c = Case.of(reference, sampling);
      for (int budget = 1; budget <= (FULL ? LENGTH : 10); budget++) {
        Decoding text = run(c.prompt(), draft, sampling, budget, Set.of());
        c.assertText(budget, text, reference + ", budget " + budget);
        int left = budget - 1;
        for (Round r : text.rounds()) {
          assertTrue(r.drafted().length < left, "no draft past the budget");
          left -= r.emitted().length;
          endedInRuns += left == 0 && r.accepted() > 0 ? 1 : 0;
        }
        assertEquals(0, left);
      }
    }
    assertTrue(endedInRuns > 0, "no budget ended in an accepted run");
  }
}
