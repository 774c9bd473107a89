package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.AcceptanceOracle;
import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.TwinModel;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.ModelCache;
import dev.mlxmtp.model.MtpHead;
import dev.mlxmtp.model.Pass;
import dev.mlxmtp.model.Positions;
import dev.mlxmtp.model.Qwen35;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The head's first draft at every position of known texts: right exactly where an independent
 * simulation says so, and clearly less often once something of its input is wrong.
 */
@ExtendWith(OnEngineThread.class)
class MtpControlsTest {
  private static final double CLEARLY = 0.1;
  // The head looks mostly at what is near, and loses little without a sense of distance.
  private static final double SLIGHTLY = 0.03;
  private static final int CONTROL_TEXTS = 16;

  private static Qwen35 model;
  private static AcceptanceOracle oracle;
  private static double standard;

  /** Where and on what the head runs, given the hidden states after and before the final norm. */
  private interface Feed {
    Array m(MtpHead head, Array tokens, Hidden hidden, Scope owner);
  }

  @BeforeAll
  static void load() {
    model = TestModels.demo();
    oracle = AcceptanceOracle.read();
    standard = accuracy(model, MtpControlsTest::standardFeed);
  }

  @AfterAll
  static void close() {
    TestModels.close(model);
  }

  private static Array standardFeed(MtpHead head, Array tokens, Hidden hidden, Scope owner) {
    return head.forward(tokens, hidden.postNorm(), new Positions.Text(0), head.newCache(owner))
        .postNorm();
  }

  // '1' where the draft made at a position is the text, from the answer's beginning on.
  private static String right(Qwen35 model, AcceptanceOracle.Case c, Feed feed) {
    int[] text = c.all();
    int pairs = text.length - 1;
    return TestModels.onEngine(
        () -> {
          try (ModelCache cache = model.newCache();
              Scope owner = Scope.detached()) {
            Hidden hidden =
                model.forward(TestModels.row(Arrays.copyOf(text, pairs)), cache, Pass.COMMIT);
            Array tokens = TestModels.row(Arrays.copyOfRange(text, 1, text.length));
            Array m = feed.m(model.mtp().orElseThrow(), tokens, hidden, owner);
            int[] drafts = Ops.argmax(model.logits(m), -1).toInts();
            StringBuilder right = new StringBuilder();
            for (int i = c.promptIds().length - 1; i + 2 < text.length; i++) {
              right.append(drafts[i] == text[i + 2] ? '1' : '0');
            }
            return right.toString();
          }
        });
  }

  private static double accuracy(Qwen35 model, Feed feed) {
    List<String> all =
        oracle.cases().stream().limit(CONTROL_TEXTS).map(c -> right(model, c, feed)).toList();
    String joined = String.join("", all);
    return joined.chars().filter(c -> c == '1').count() / (double) joined.length();
  }

  private static void assertWorse(String what, double accuracy, double by) {
    System.out.printf(
        "first drafts right: %.3f as trained, %.3f with %s%n", standard, accuracy, what);
    assertTrue(accuracy < standard - by, what + ": " + accuracy + " against " + standard);
  }

  @Test
  void equalsTheSimulationAtEveryPosition() {
    assertEquals(40, oracle.cases().size());
    for (AcceptanceOracle.Case c : oracle.cases()) {
      assertEquals(c.firstDraftRight(), right(model, c, MtpControlsTest::standardFeed), c.prompt());
    }
  }

  @Test
  void hiddenStateOfTheWrongPosition() {
    assertWorse(
        "the hidden state of the position before",
        accuracy(
            model,
            (head, tokens, hidden, owner) -> {
              Array h = hidden.postNorm();
              int n = h.dim(1);
              Array moved =
                  Ops.concatenate(List.of(Ops.slice(h, 1, 0, 1), Ops.slice(h, 1, 0, n - 1)), 1);
              return head.forward(tokens, moved, new Positions.Text(0), head.newCache(owner))
                  .postNorm();
            }),
        CLEARLY);
  }

  // Only differences of positions matter to rotary attention, so that a shift would not show.
  @Test
  void wrongPositions() {
    assertWorse(
        "positions that run backwards",
        accuracy(
            model,
            (head, tokens, hidden, owner) -> {
              int n = tokens.dim(1);
              int[] down = IntStream.range(0, n).map(i -> n - i).toArray();
              return head.forward(
                      tokens,
                      hidden.postNorm(),
                      new Positions.Grid(new int[][] {down, down, down}),
                      head.newCache(owner))
                  .postNorm();
            }),
        SLIGHTLY);
  }

  @Test
  void concatenationInTheOtherOrder(@TempDir Path folder) {
    perturbed(
        "[hidden, embedding] in place of [embedding, hidden]",
        TwinModel.withTensors(
            TestPaths.demoModel(),
            folder,
            tensors -> {
              Array fc = tensors.get("mtp.fc.weight");
              int half = fc.dim(1) / 2;
              tensors.put(
                  "mtp.fc.weight",
                  Ops.contiguous(
                      Ops.concatenate(
                          List.of(Ops.slice(fc, 1, half, 2 * half), Ops.slice(fc, 1, 0, half)),
                          1)));
              return tensors;
            }));
  }

  @Test
  void normsShiftedTwice(@TempDir Path folder) {
    perturbed(
        "norms shifted twice",
        TwinModel.withTensors(TestPaths.demoModel(), folder, MtpControlsTest::shiftedOnceMore));
  }

  private static SortedMap<String, Array> shiftedOnceMore(SortedMap<String, Array> tensors) {
    tensors.replaceAll(
        (name, tensor) ->
            name.startsWith("mtp.") && name.endsWith("norm.weight")
                    || name.startsWith("mtp.pre_fc_norm")
                ? Ops.add(Ops.astype(tensor, DType.FLOAT32), 1)
                : tensor);
    return tensors;
  }

  // A head that drafts badly costs speed and never changes the text.
  private static void perturbed(String what, Path folder) {
    Qwen35 other = TestModels.load(folder, DType.FLOAT32);
    try {
      assertWorse(what, accuracy(other, MtpControlsTest::standardFeed), CLEARLY);
      for (ReferenceCase c : ReferenceCase.all().subList(0, 3)) {
        assertArrayEquals(
            Arrays.copyOf(c.greedy(), 32),
            Decoding.run(other, c.prompt(), DraftOptions.mtp(3), 32).tokens(),
            c.toString());
      }
    } finally {
      TestModels.close(other);
    }
  }
}
