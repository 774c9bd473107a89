package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.model.DraftHead;
import dev.mlxmtp.model.Qwen35;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Sampled speculation where a distribution is a single token: copied drafts, drafts that the rules
 * exclude, and temperatures next to 0.
 */
@ExtendWith(OnEngineThread.class)
class SpeculationLimitsTest {
  private static final int SAMPLES = 3000;
  // A thousandth, over the tests of this class.
  private static final double LEAST_P = 0.001 / 20;
  private static final SamplingOptions CUT = new SamplingOptions(0.8, 0, 0.9, 0, 1.3, 0);

  private static Qwen35 model;

  @BeforeAll
  static void load() {
    model = TestModels.demo();
  }

  @AfterAll
  static void close() {
    TestModels.close(model);
  }

  private static int[] judged(
      Distribution p, Distribution q, int drafted, SamplingOptions options, Coupling coupling) {
    int[] counts = new int[model.config().vocabularySize()];
    for (int seed = 1; seed <= SAMPLES; seed++) {
      counts[MemoizedRounds.chooser(options, coupling, seed).judge(drafted, p, q, 7)]++;
    }
    return counts;
  }

  private static int[] falling(double[] probabilities) {
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparingDouble(t -> -probabilities[t]))
        .mapToInt(t -> t)
        .toArray();
  }

  @Test
  void aCopiedDraftIsAcceptedWithTheProbabilityOfTheModel() {
    UnsureContext context = UnsureContext.of(ReferenceCase.all().get(3));
    List<Integer> known = List.of(context.newest());
    try (ContextLogits logits = new ContextLogits(model, context.tokens())) {
      double[] exact = ExactDistribution.of(logits.model(known), logits.history(known), CUT);
      Distribution p = new MemoizedRounds(logits, CUT).target(known);
      int[] tokens = falling(exact);
      int kept = (int) Arrays.stream(exact).filter(mass -> mass > 0).count();
      assertTrue(kept > 3 && kept < tokens.length, kept + " tokens within top-p");
      for (Coupling coupling : Coupling.values()) {
        // The likeliest, one that is less likely, the last within top-p, and the first beyond.
        for (int rank : new int[] {0, 2, kept - 1, kept}) {
          int drafted = tokens[rank];
          int[] counts = judged(p, Distribution.of(drafted), drafted, CUT, coupling);
          ChiSquare test = ChiSquare.of(exact, counts);
          assertTrue(test.p() > LEAST_P, () -> coupling + ", rank " + rank + ": " + test);
          assertTrue(rank < kept || counts[drafted] == 0, "a token beyond top-p");
        }
      }
    }
  }

  @Test
  void copiedDraftsOfTheDecoderAreJudgedSo() {
    ReferenceCase c = ReferenceCase.all().getFirst();
    int[] context =
        Stream.of(c.prompt(), c.greedy(), c.prompt()).flatMapToInt(Arrays::stream).toArray();
    int judged = 0;
    int rejected = 0;
    try (ContextLogits logits = new ContextLogits(model, context);
        Sequence sequence = new Sequence(model, MtpVariant.standard())) {
      MemoizedRounds rounds = new MemoizedRounds(logits, CUT);
      sequence.extend(context);
      try (Sequence.Point point = sequence.point()) {
        for (int seed = 1; seed <= 40; seed++) {
          sequence.restore(point);
          SamplingOptions sampling = MemoizedRounds.seeded(CUT, seed);
          Chooser.Sampled chooser = MemoizedRounds.chooser(CUT, Coupling.REJECTION, seed);
          DecodeOptions options =
              new DecodeOptions(
                  DraftOptions.NGram.standard(),
                  sampling,
                  Coupling.REJECTION,
                  Set.of(),
                  model.config().vocabularySize(),
                  new DraftHead.Full(),
                  Verification.FAST,
                  true,
                  false,
                  false);
          try (Decoder decoder = new Decoder(model, sequence, options, new Speculation())) {
            List<Integer> known = new ArrayList<>(List.of(decoder.first(sequence.newest())));
            Round round = decoder.round(100);
            for (int j = 0; j < round.emitted().length; j++) {
              int position = round.position() + j;
              Distribution p = rounds.target(List.copyOf(known));
              int token =
                  j == round.drafted().length
                      ? chooser.choose(p, position)
                      : chooser.judge(
                          round.drafted()[j], p, Distribution.of(round.drafted()[j]), position);
              assertEquals(token, round.emitted()[j], "seed " + seed + ", token " + j);
              known.add(token);
            }
            judged += round.accepted();
            rejected += round.accepted() < round.drafted().length ? 1 : 0;
          }
        }
      }
    }
    assertTrue(judged > 0 && rejected > 0, judged + " accepted, " + rejected + " rejected");
  }

  @Test
  void temperaturesNextToZeroTakeTheLikeliest() {
    SamplingOptions cold = new SamplingOptions(1e-6, 0, 1, 0, 1, 5);
    for (ReferenceCase c : ReferenceCase.all().subList(0, 4)) {
      for (Coupling coupling : Coupling.values()) {
        for (DraftOptions draft :
            List.of(
                DraftOptions.mtp(3), DraftOptions.NGram.standard(), DraftOptions.Auto.standard())) {
          assertArrayEquals(c.greedy(), run(c, draft, cold, coupling), c + ", " + draft);
        }
      }
    }
  }

  // With a penalty the likeliest token is not the argmax that the device takes.
  @Test
  void atZeroAPenaltyLeavesOneTokenToJudgeAgainst() {
    SamplingOptions penalised = new SamplingOptions(0, 0, 1, 0, 1.3, 5);
    for (ReferenceCase c : ReferenceCase.all().subList(0, 4)) {
      int[] plain = run(c, new DraftOptions.None(), penalised, Coupling.GUMBEL);
      assertTrue(!Arrays.equals(plain, c.greedy()), "a penalty that changes something");
      for (Coupling coupling : Coupling.values()) {
        assertArrayEquals(plain, run(c, DraftOptions.mtp(3), penalised, coupling), c.toString());
      }
    }
  }

  private static int[] run(
      ReferenceCase c, DraftOptions draft, SamplingOptions sampling, Coupling coupling) {
    return Decoding.run(
            model,
            c.prompt(),
            draft,
            sampling,
            coupling,
            c.greedy().length,
            Set.of(),
            (sequence, newest) -> {})
        .tokens();
  }

  @Test
  void theLikeliestGainsAsTheTemperatureFalls() {
    UnsureContext context = UnsureContext.of(ReferenceCase.all().get(1));
    List<Integer> known = List.of(context.newest());
    try (ContextLogits logits = new ContextLogits(model, context.tokens())) {
      for (Coupling coupling : Coupling.values()) {
        int before = 0;
        for (double temperature : new double[] {1, 0.3, 1e-4}) {
          SamplingOptions options = new SamplingOptions(temperature, 0, 1, 0, 1, 0);
          MemoizedRounds rounds = new MemoizedRounds(logits, options);
          double[] exact = ExactDistribution.of(logits.model(known), new int[0], options);
          int[] counts = new int[exact.length];
          for (int seed = 1; seed <= SAMPLES; seed++) {
            Chooser.Sampled chooser = MemoizedRounds.chooser(options, coupling, seed);
            counts[rounds.text(chooser, known, List::isEmpty).getFirst()]++;
          }
          ChiSquare test = ChiSquare.of(exact, counts);
          assertTrue(test.p() > LEAST_P, () -> coupling + " at " + temperature + ": " + test);
          int likeliest = counts[falling(exact)[0]];
          assertTrue(likeliest > before, likeliest + " after " + before);
          before = likeliest;
        }
        assertEquals(SAMPLES, before, "at last the likeliest alone");
      }
    }
  }
}
