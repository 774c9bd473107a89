package dev.mlxmtp.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.Differences;
import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.ModelCache;
import dev.mlxmtp.model.MtpHead;
import dev.mlxmtp.model.Pass;
import dev.mlxmtp.model.Positions;
import dev.mlxmtp.model.Qwen35;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The MTP head's cache always equals that of a fresh pass of the head over the committed pairs: its
 * output for the newest pair, which attends to all of them, is the same.
 */
@ExtendWith(OnEngineThread.class)
class MtpContextTest {
  private static final double TOLERANCE = 1e-5;

  private static Qwen35 model;
  private static MtpHead head;

  @BeforeAll
  static void load() {
    model = TestModels.demo();
    head = model.mtp().orElseThrow();
  }

  @AfterAll
  static void close() {
    TestModels.close(model);
  }

  private static Hidden hidden(int[] tokens) {
    try (ModelCache cache = model.newCache()) {
      Hidden hidden = model.forward(TestModels.row(tokens), cache, Pass.COMMIT);
      dev.mlxmtp.mlx.Ops.eval(hidden.preNorm(), hidden.postNorm());
      return hidden;
    }
  }

  // The head's last output after one pass over the pairs (h_i, t_{i+1}).
  private static float[] fresh(int[] tokens, int newest) {
    int[] following = Arrays.copyOfRange(tokens, 1, tokens.length + 1);
    following[tokens.length - 1] = newest;
    try (Scope owner = Scope.detached()) {
      Array m =
          head.forward(
                  TestModels.row(following),
                  hidden(tokens).postNorm(),
                  new Positions.Text(0),
                  head.newCache(owner))
              .postNorm();
      float[] all = m.toFloats();
      return Arrays.copyOfRange(all, all.length - m.dim(2), all.length);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void afterEveryRound(int depth) {
    ReferenceCase c = ReferenceCase.all().get(depth - 1);
    double[] largest = {0};
    Decoding text =
        Decoding.run(
            model,
            c.prompt(),
            DraftOptions.mtp(depth),
            48,
            java.util.Set.of(),
            (sequence, newest) -> {
              int committed = sequence.length() + 1;
              assertEquals(committed - 1, sequence.mtpPairs().orElseThrow());
              float[] expected = fresh(sequence.tokens(), newest);
              float[] found = sequence.mtp().orElseThrow().newest().postNorm().toFloats();
              Differences.assertRelative(expected, found, TOLERANCE, "at " + committed);
              largest[0] = Math.max(largest[0], Differences.relative(expected, found));
            });
    assertTrue(
        text.rounds().stream().anyMatch(r -> r.accepted() < r.drafted().length),
        "some drafts were rejected");
    assertTrue(text.rounds().stream().anyMatch(r -> r.accepted() > 0), "some were accepted");
    System.out.printf("MTP cache at depth %d: largest deviation %.1e%n", depth, largest[0]);
  }

  @Test
  void trimming() {
    int[] tokens = TestModels.randomTokens(13, model.config().vocabularySize(), 9);
    Hidden all = hidden(tokens);
    for (boolean fed : new boolean[] {false, true}) {
      for (int cut : new int[] {1, 3, 4, 6, 9}) {
        try (MtpContext context = new MtpContext(head, MtpVariant.standard())) {
          observe(context, all, tokens, 0, 4);
          observe(context, all, tokens, 4, 7);
          observe(context, all, tokens, 7, 10);
          if (fed) {
            // Self-fed entries must leave again.
            context.chain(TestModels.row(5), context.newest());
            context.chain(TestModels.row(6), context.newest());
          }
          context.trim(cut);
          assertEquals(cut, context.pairs());
          observe(context, all, tokens, cut, 12);
          assertEquals(12, context.pairs());
          Differences.assertRelative(
              fresh(Arrays.copyOf(tokens, 12), tokens[12]),
              context.newest().postNorm().toFloats(),
              TOLERANCE,
              "cut to " + cut + (fed ? " after feeding" : " before feeding"));
        }
      }
    }
  }

  private static void observe(MtpContext context, Hidden all, int[] tokens, int from, int to) {
    context.observe(
        all.rows(from, to), TestModels.row(Arrays.copyOfRange(tokens, from + 1, to + 1)));
  }

  @Test
  void withoutHistoryOnlyTheNewestPairCounts() {
    int[] tokens = TestModels.randomTokens(9, model.config().vocabularySize(), 10);
    Hidden all = hidden(tokens);
    try (MtpContext context = new MtpContext(head, new MtpVariant(true, false));
        Scope owner = Scope.detached()) {
      observe(context, all, tokens, 0, 8);
      Array alone =
          head.forward(
                  TestModels.row(tokens[8]),
                  all.rows(7, 8).postNorm(),
                  new Positions.Text(0),
                  head.newCache(owner))
              .postNorm();
      Differences.assertRelative(
          alone.toFloats(), context.newest().postNorm().toFloats(), TOLERANCE, "newest pair alone");
    }
  }

  @Test
  void nothingToDraftFrom() {
    try (MtpContext context = new MtpContext(head, MtpVariant.standard())) {
      assertThrows(IllegalStateException.class, context::newest);
    }
  }
}
