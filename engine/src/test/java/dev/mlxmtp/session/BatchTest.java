package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.AcceptanceOracle;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.QuantMode;
import dev.mlxmtp.model.DraftHead;
import dev.mlxmtp.text.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that are served together get the answers, the rounds and the records that each would get
 * by itself. All prompts at full length with {@code -Dmlxmtp.full=true}.
 */
class BatchTest {
  private static final boolean FULL = Boolean.getBoolean("mlxmtp.full");
  private static final int PROMPTS = FULL ? 40 : 5;
  private static final int TOGETHER = FULL ? 8 : 5;
  private static final int LENGTH = FULL ? 128 : 40;

  private static GenerateRequest.Builder request(AcceptanceOracle.Case c, int i) {
    return GenerateRequest.builder(
            new Prompt.Chat(List.of(Message.user(c.prompt())), List.of(), Optional.of(false)))
        .greedy()
        // Some end before others.
        .maxTokens(LENGTH - 3 * (i % 4))
        .reuse(false);
  }

  private static List<GenerateRequest> requests(
      BiFunction<GenerateRequest.Builder, Integer, GenerateRequest.Builder> how) {
    List<GenerateRequest> all = new ArrayList<>();
    List<AcceptanceOracle.Case> cases = AcceptanceOracle.read().cases().subList(0, PROMPTS);
    for (int i = 0; i < cases.size(); i++) {
      all.add(how.apply(request(cases.get(i), i), i).build());
    }
    return all;
  }

  private static void requireSame(Session session, List<GenerateRequest> all) {
    for (int from = 0; from < all.size(); from += TOGETHER) {
      List<GenerateRequest> some = all.subList(from, Math.min(all.size(), from + TOGETHER));
      List<Generation> together = session.generateAll(some);
      for (int i = 0; i < some.size(); i++) {
        Generation alone = session.generate(some.get(i), event -> {});
        assertSame(alone, together.get(i));
      }
    }
  }

  private static void assertSame(Generation alone, Generation together) {
    assertArrayEquals(alone.tokens(), together.tokens());
    assertEquals(alone.text(), together.text());
    assertEquals(alone.finishReason(), together.finishReason());
    assertEquals(alone.stopToken(), together.stopToken());
    assertEquals(alone.rounds().size(), together.rounds().size());
    for (int i = 0; i < alone.rounds().size(); i++) {
      Round a = alone.rounds().get(i);
      Round b = together.rounds().get(i);
      assertEquals(a.position(), b.position());
      assertEquals(a.accepted(), b.accepted());
      assertEquals(a.bonus(), b.bonus());
      assertArrayEquals(a.drafted(), b.drafted());
      assertArrayEquals(a.draftProbabilities(), b.draftProbabilities());
      assertArrayEquals(a.targetProbabilities(), b.targetProbabilities());
      assertArrayEquals(a.targetRanks(), b.targetRanks());
    }
  }

  @Test
  void greedyPlainAndSpeculative() {
    try (Session session = Session.open(TestPaths.demoModel())) {
      requireSame(session, requests((r, i) -> r.mtp(0)));
      requireSame(session, requests((r, i) -> r.mtp(3)));
      // Each its own way, in one batch.
      requireSame(
          session,
          requests(
              (r, i) ->
                  r.draft(
                      i % 3 == 0 ? new DraftOptions.NGram(8, 2) : DraftOptions.mtp(2 * (i % 3)))));
    }
  }

  @Test
  void sampled() {
    try (Session session = Session.open(TestPaths.demoModel())) {
      for (Coupling coupling : Coupling.values()) {
        requireSame(
            session,
            requests(
                (r, i) ->
                    r.mtp(3)
                        .coupling(coupling)
                        .sampling(new SamplingOptions(0.9, 40, 0.95, 0, 1.1, 100 + i))));
      }
    }
  }

  @Test
  void halfPrecisionAndPackedWeights(@TempDir Path scratch) {
    try (Session session =
        Session.open(
            TestPaths.demoModel(),
            new SessionOptions(Optional.empty(), Optional.of(DType.BFLOAT16)),
            event -> {})) {
      requireSame(session, requests((r, i) -> r.mtp(3)));
    }
    try (Session session = Session.open(QuantizedModelTest.quantized(QuantMode.MXFP8, scratch))) {
      requireSame(session, requests((r, i) -> r.mtp(3)));
    }
  }

  // More than 64 rows, from where on products with packed weights sum otherwise.
  @Test
  void manyRowsOfPackedWeights(@TempDir Path scratch) {
    List<AcceptanceOracle.Case> cases = AcceptanceOracle.read().cases().subList(0, 8);
    List<GenerateRequest> all =
        cases.stream().map(c -> request(c, 0).mtp(8).maxTokens(24).build()).toList();
    try (Session session = Session.open(QuantizedModelTest.quantized(QuantMode.MXFP4, scratch))) {
      List<Generation> together = session.generateAll(all);
      for (int i = 0; i < all.size(); i++) {
        assertSame(session.generate(all.get(i), event -> {}), together.get(i));
      }
    }
  }

  @Test
  void oneDraftHeadServesAll() {
    try (Session session = Session.open(TestPaths.demoModel())) {
      List<GenerateRequest> all =
          requests((r, i) -> r.mtp(2).draftHead(new DraftHead.Frequent(100 + 100 * i)));
      assertThrows(IllegalArgumentException.class, () -> session.generateAll(all));
    }
  }

  @Test
  void theSessionsOwnContextStays() {
    try (Session session = Session.open(TestPaths.demoModel())) {
      session.generate("Write a Java method that adds two numbers.", r -> r.greedy().maxTokens(8));
      int before = session.resident().contextTokens();
      assertTrue(before > 0);
      session.generateAll(requests((r, i) -> r.mtp(2)));
      assertEquals(before, session.resident().contextTokens());
    }
  }

  @Test
  void aRequestThatCannotBeServedEndsAll() {
    try (Session session = Session.open(TestPaths.demoModel())) {
      List<GenerateRequest> all = new ArrayList<>(requests((r, i) -> r.mtp(2)));
      all.add(GenerateRequest.builder(new Prompt.Tokens(new int[0])).build());
      assertThrows(SessionException.class, () -> session.generateAll(all));
      assertEquals(1, session.generateAll(all.subList(0, 1)).size());
    }
  }
}
