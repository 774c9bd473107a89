package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.Differences;
import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.model.DraftHead;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.ModelCache;
import dev.mlxmtp.model.Pass;
import dev.mlxmtp.model.Qwen35;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The demo model in float32 against what its training code computed, on every reference case. */
@ExtendWith(OnEngineThread.class)
class ParityTest {
  private static final double LOGIT_TOLERANCE = 2e-3;
  private static final double HIDDEN_TOLERANCE = 1e-3;

  private static Qwen35 model;
  private static double largestLogit;
  private static double largestHidden;
  private static double largestDraftLogit;

  @BeforeAll
  static void load() {
    model = TestModels.demo();
  }

  @AfterAll
  static void close() {
    System.out.printf(
        "float32 parity, largest deviations: logits %.2e, hidden %.2e relative, draft logits %.2e%n",
        largestLogit, largestHidden, largestDraftLogit);
    TestModels.close(model);
  }

  static List<ReferenceCase> cases() {
    return ReferenceCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lastPromptPosition(ReferenceCase c) {
    try (ModelCache cache = model.newCache()) {
      Hidden all = model.forward(TestModels.row(c.prompt()), cache, Pass.COMMIT);
      Hidden last = all.rows(c.prompt().length - 1, c.prompt().length);
      float[] logits = model.logits(last.postNorm()).toFloats();

      assertArrayEquals(c.topIds(), top(logits, 5), "the five best tokens");
      largestLogit = Math.max(largestLogit, logits(c.topIds(), c.topLogits(), logits));
      largestHidden =
          Math.max(largestHidden, hidden(c.hidden(), c.hiddenNorm(), last.postNorm().toFloats()));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void greedyTokens(ReferenceCase c) {
    assertEquals(64, c.greedy().length);
    Decoding text = Decoding.run(model, c.prompt(), new DraftOptions.None(), c.greedy().length);
    assertArrayEquals(c.greedy(), text.tokens());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void firstDraft(ReferenceCase c) {
    try (Sequence sequence = sequence(c)) {
      Array m = sequence.mtp().orElseThrow().newest().postNorm();
      float[] logits = model.logits(m).toFloats();

      assertArrayEquals(c.head().topIds(), top(logits, 5), "the five best drafts");
      largestDraftLogit =
          Math.max(largestDraftLogit, logits(c.head().topIds(), c.head().topLogits(), logits));
      hidden(c.head().hidden(), c.head().hiddenNorm(), m.toFloats());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void chainedDrafts(ReferenceCase c) {
    assertEquals(3, c.head().drafts().length);
    try (Sequence sequence = sequence(c)) {
      Drafter drafter =
          new MtpDrafter(
              new ChainRule.Fixed(3, 0),
              sequence.mtp().orElseThrow(),
              model.draftHead(new DraftHead.Full(), model.config().vocabularySize()),
              new Chooser.Argmax());
      Draft draft = drafter.propose(3, new History(sequence, -1));
      assertArrayEquals(c.head().drafts(), Ops.concatenate(draft.tokens(), 1).toInts());
    }
  }

  // The prompt, and which token follows it.
  private static Sequence sequence(ReferenceCase c) {
    assertEquals(c.greedy()[0], c.head().nextToken());
    Sequence sequence = new Sequence(model, MtpVariant.standard());
    sequence.extend(c.prompt());
    sequence.next(c.head().nextToken());
    return sequence;
  }

  private static double logits(int[] ids, float[] expected, float[] logits) {
    float[] found = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      found[i] = logits[ids[i]];
    }
    Differences.assertClose(expected, found, LOGIT_TOLERANCE, "logits of the five best");
    return Differences.largest(expected, found);
  }

  // The first elements one by one, the rest through the norm.
  private static double hidden(float[] first, double norm, float[] found) {
    double largest = Math.abs(Differences.norm(found) - norm) / norm;
    for (int i = 0; i < first.length; i++) {
      largest = Math.max(largest, Math.abs(found[i] - first[i]) / Math.abs((double) first[i]));
    }
    assertEquals(0, largest, HIDDEN_TOLERANCE, "hidden state, relative");
    return largest;
  }

  static int[] top(float[] logits, int k) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -logits[i]))
        .limit(k)
        .mapToInt(i -> i)
        .toArray();
  }
}
