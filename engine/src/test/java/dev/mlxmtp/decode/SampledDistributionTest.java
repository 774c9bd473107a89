package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.model.DraftHead;
import dev.mlxmtp.model.Qwen35;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The first two tokens that speculation emits after a context of the demo model have the model's
 * distribution, which is computed from its logits without the program's sampler. Wrong rules fail
 * the same test. All contexts and options with {@code -Dmlxmtp.full=true}.
 */
@ExtendWith(OnEngineThread.class)
class SampledDistributionTest {
  private static final boolean FULL = Boolean.getBoolean("mlxmtp.full");
  private static final int SAMPLES = FULL ? 20_000 : 5000;
  private static final int CONTEXTS = FULL ? 5 : 1;
  // Of each options and coupling.
  private static final int COMPARED_TEXTS = FULL ? 150 : 20;
  private static final int COMPARED_ROUNDS = 2;
  // Of the second token after a first one that is drawn about so often.
  private static final int LEAST_SAMPLES = SAMPLES / 20;
  private static final double SIGNIFICANCE = 0.001;

  private static final SamplingOptions COOL = options(0.7, 0, 1, 1);
  private static final SamplingOptions PLAIN = options(1, 0, 1, 1);
  private static final SamplingOptions TOP_P = options(1, 0, 0.9, 1);
  private static final SamplingOptions TOP_K = options(1, 40, 1, 1);
  private static final SamplingOptions PENALISED = options(0.8, 0, 1, 1.3);
  private static final List<SamplingOptions> OPTIONS =
      FULL ? List.of(COOL, PLAIN, TOP_P, TOP_K, PENALISED) : List.of(COOL, TOP_P, PENALISED);

  private static Qwen35 model;

  @BeforeAll
  static void load() {
    model = TestModels.demo();
  }

  @AfterAll
  static void close() {
    TestModels.close(model);
  }

  private static SamplingOptions options(
      double temperature, int topK, double topP, double penalty) {
    return new SamplingOptions(temperature, topK, topP, 0, penalty, 0);
  }

  private static List<UnsureContext> contexts() {
    return ReferenceCase.all().subList(0, CONTEXTS).stream().map(UnsureContext::of).toList();
  }

  private static double[] exact(
      ContextLogits logits, SamplingOptions options, List<Integer> known) {
    return ExactDistribution.of(logits.model(known), logits.history(known), options);
  }

  /** The first token, and the second after each first one that is frequent. */
  private static List<ChiSquare> tests(
      ContextLogits logits,
      int newest,
      MemoizedRounds rounds,
      SamplingOptions options,
      Coupling coupling) {
    double[] first = exact(logits, options, List.of(newest));
    int[] firstCounts = new int[first.length];
    Map<Integer, int[]> secondCounts = new HashMap<>();
    for (int t = 0; t < first.length; t++) {
      if (first[t] * SAMPLES >= LEAST_SAMPLES) {
        secondCounts.put(t, new int[first.length]);
      }
    }
    for (int seed = 1; seed <= SAMPLES; seed++) {
      List<Integer> text =
          rounds.text(
              MemoizedRounds.chooser(options, coupling, seed),
              List.of(newest),
              t -> t.isEmpty() || t.size() == 1 && secondCounts.containsKey(t.getFirst()));
      firstCounts[text.getFirst()]++;
      if (text.size() > 1) {
        secondCounts.get(text.getFirst())[text.get(1)]++;
      }
    }
    List<ChiSquare> tests = new ArrayList<>();
    tests.add(ChiSquare.of(first, firstCounts));
    secondCounts.forEach(
        (token, counts) ->
            tests.add(ChiSquare.of(exact(logits, options, List.of(newest, token)), counts)));
    return tests.stream().filter(test -> test.freedom() > 0).toList();
  }

  private static double leastP(List<ChiSquare> tests) {
    return tests.stream().mapToDouble(ChiSquare::p).min().orElse(1);
  }

  @Test
  void speculationHasTheModelsDistributionAndWrongRulesHaveNot() {
    List<ChiSquare> all = new ArrayList<>();
    Map<String, Double> wrong = new HashMap<>();
    for (UnsureContext context : contexts()) {
      try (ContextLogits logits = new ContextLogits(model, context.tokens())) {
        for (SamplingOptions options : OPTIONS) {
          MemoizedRounds rounds = new MemoizedRounds(logits, options);
          for (Coupling coupling : Coupling.values()) {
            all.addAll(tests(logits, context.newest(), rounds, options, coupling));
          }
        }
        wrongRounds(logits)
            .forEach(
                (name, rounds) -> {
                  List<ChiSquare> tests =
                      tests(logits, context.newest(), rounds, COOL, Coupling.REJECTION);
                  wrong.merge(name, leastP(tests), Math::max);
                });
      }
    }
    double threshold = SIGNIFICANCE / all.size();
    System.out.printf(
        "%d chi-square tests of %d samples: p from %.2e, threshold %.2e; wrong rules at most %.2e%n",
        all.size(), SAMPLES, leastP(all), threshold, Collections.max(wrong.values()));
    assertTrue(all.size() >= 2 * CONTEXTS * OPTIONS.size(), all.size() + " tests");
    assertTrue(leastP(all) >= threshold, () -> "p " + leastP(all) + " below " + threshold);
    wrong.forEach((name, p) -> assertTrue(p < threshold, name + " passes with p " + p));
  }

  // All of them for the options COOL.
  private static Map<String, MemoizedRounds> wrongRounds(ContextLogits logits) {
    Map<Distribution, Integer> likeliest = new HashMap<>();
    return Map.of(
        "a draft is accepted where it is the likeliest",
        new MemoizedRounds(
            logits,
            COOL,
            COOL,
            (chooser, drafted, p, q, position) ->
                drafted == likeliest.computeIfAbsent(p, SampledDistributionTest::likeliest)
                    ? drafted
                    : chooser.choose(p, position)),
        "a rejected draft is replaced by a sample of all of p",
        new MemoizedRounds(
            logits,
            COOL,
            COOL,
            (chooser, drafted, p, q, position) ->
                chooser.judge(drafted, p, q, position) == drafted
                    ? drafted
                    : chooser.choose(p, position)),
        "p is taken before the temperature",
        new MemoizedRounds(logits, PLAIN, COOL, Chooser.Sampled::judge));
  }

  private static int likeliest(Distribution p) {
    return IntStream.range(0, model.config().vocabularySize())
        .boxed()
        .max(Comparator.comparingDouble(p::probability))
        .orElseThrow();
  }

  // Where the decoder's own first token is the context's newest, its rounds are to be these.
  @Test
  void theRoundsAreThoseOfTheDecoder() {
    UnsureContext context = contexts().getFirst();
    int accepted = 0;
    try (ContextLogits logits = new ContextLogits(model, context.tokens());
        Sequence sequence = new Sequence(model, MtpVariant.standard())) {
      sequence.extend(context.tokens());
      try (Sequence.Point point = sequence.point()) {
        for (SamplingOptions options : List.of(PLAIN, PENALISED)) {
          MemoizedRounds rounds = new MemoizedRounds(logits, options);
          for (Coupling coupling : Coupling.values()) {
            int compared = 0;
            for (long seed = 1; compared < COMPARED_TEXTS; seed++) {
              Chooser.Sampled chooser = MemoizedRounds.chooser(options, coupling, seed);
              int first = chooser.choose(rounds.target(List.of()), context.tokens().length);
              if (first == context.newest()) {
                sequence.restore(point);
                accepted +=
                    acceptedAlike(
                        sequence, MemoizedRounds.seeded(options, seed), first, chooser, rounds);
                compared++;
              }
            }
          }
        }
      }
    }
    assertTrue(accepted > COMPARED_TEXTS, accepted + " drafts accepted");
  }

  private static int acceptedAlike(
      Sequence sequence,
      SamplingOptions sampling,
      int first,
      Chooser.Sampled chooser,
      MemoizedRounds rounds) {
    DecodeOptions options =
        new DecodeOptions(
            DraftOptions.mtp(MemoizedRounds.DEPTH),
            sampling,
            chooser.coupling(),
            Set.of(),
            model.config().vocabularySize(),
            new DraftHead.Full(),
            Verification.FAST,
            true,
            false,
            false);
    int accepted = 0;
    try (Decoder decoder = new Decoder(model, sequence, options, new Speculation())) {
      assertEquals(first, decoder.first(sequence.newest()));
      List<Integer> known = List.of(first);
      for (int i = 0; i < COMPARED_ROUNDS; i++) {
        Round round = decoder.round(100);
        MemoizedRounds.Drawn drawn = rounds.round(chooser, known);
        List<Integer> emitted = Arrays.stream(round.emitted()).boxed().toList();
        assertEquals(drawn.emitted(), emitted, () -> sampling + " with " + chooser.coupling());
        assertEquals(drawn.accepted(), round.accepted());
        known = Stream.concat(known.stream(), emitted.stream()).toList();
        accepted += round.accepted();
      }
    }
    return accepted;
  }
}
