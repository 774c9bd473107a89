package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.AcceptanceOracle;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Sampled texts with drafts whose noise is the model's own, against plain sampling with the same
 * seed: token for token. 60 prompts, five seeds and all depths in turn with {@code
 * -Dmlxmtp.full=true}.
 */
class SampledIdentityTest {
  private static final boolean FULL = Boolean.getBoolean("mlxmtp.full");
  private static final int PROMPTS = FULL ? 60 : 3;
  private static final int SEEDS = FULL ? 5 : 2;
  private static final int LENGTH = FULL ? 64 : 48;

  private static List<SamplingOptions> samplings(long seed) {
    return List.of(
        new SamplingOptions(0.7, 0, 1, 0, 1, seed),
        new SamplingOptions(1, 40, 0.9, 0, 1, seed),
        new SamplingOptions(0.8, 0, 1, 0.05, 1.2, seed),
        new SamplingOptions(0, 0, 1, 0, 1.2, seed));
  }

  private static Generation run(
      Session session,
      Prompt prompt,
      SamplingOptions sampling,
      DraftOptions draft,
      Coupling coupling) {
    return session.generate(
        GenerateRequest.builder(prompt)
            .sampling(sampling)
            .coupling(coupling)
            .draft(draft)
            .maxTokens(LENGTH)
            .ignoreStopTokens(true)
            .build(),
        event -> {});
  }

  @Test
  void coupledDraftsLeaveTheTextAsItIs() {
    Map<DraftOptions, List<Round>> rounds = new LinkedHashMap<>();
    int seeds = 0;
    try (Session session = Session.open(TestPaths.demoModel())) {
      for (Prompt prompt : IdentityPrompts.spread(PROMPTS)) {
        for (int seed = 1; seed <= SEEDS; seed++) {
          int turn = 1 + seeds++ % DraftOptions.Mtp.MAX_DEPTH;
          for (SamplingOptions sampling : samplings(seed)) {
            int[] plain =
                run(session, prompt, sampling, new DraftOptions.None(), Coupling.GUMBEL).tokens();
            for (DraftOptions draft :
                List.of(
                    DraftOptions.mtp(3),
                    DraftOptions.mtp(turn),
                    DraftOptions.Auto.standard(),
                    DraftOptions.NGram.standard())) {
              Generation drafted = run(session, prompt, sampling, draft, Coupling.GUMBEL);
              assertArrayEquals(plain, drafted.tokens(), prompt + ", " + draft + ", " + sampling);
              rounds.computeIfAbsent(draft, d -> new ArrayList<>()).addAll(drafted.rounds());
            }
          }
        }
      }
    }
    rounds.forEach(
        (draft, of) -> {
          AcceptanceStats stats = AcceptanceStats.of(of);
          System.out.printf("coupled samples, %s: %s%n", draft, stats);
          double least = draft.equals(DraftOptions.mtp(3)) ? 0.5 : 0;
          assertTrue(stats.rate(0).orElse(0) > least, () -> draft + ": " + stats);
        });
  }

  @Test
  void aSeedMakesRejectionSamplingRepeatable() {
    SamplingOptions sampling = new SamplingOptions(0.9, 0, 0.95, 0, 1, 11);
    DraftOptions draft = DraftOptions.mtp(3);
    try (Session session = Session.open(TestPaths.demoModel())) {
      Prompt prompt = Prompt.user(AcceptanceOracle.read().cases().getFirst().prompt());
      Generation first = run(session, prompt, sampling, draft, Coupling.REJECTION);
      Generation second = run(session, prompt, sampling, draft, Coupling.REJECTION);
      assertArrayEquals(first.tokens(), second.tokens());
      assertTrue(first.acceptance().rate().orElseThrow() > 0.2, () -> first.acceptance() + "");
      Generation other =
          run(
              session,
              prompt,
              new SamplingOptions(0.9, 0, 0.95, 0, 1, 12),
              draft,
              Coupling.REJECTION);
      assertTrue(!Arrays.equals(first.tokens(), other.tokens()));
    }
  }

  // Top-k of the whole vocabulary leaves the distribution as it is, but is a rule of the host's.
  @Test
  void deviceAndHostRecordTheSame() {
    DraftOptions draft = DraftOptions.mtp(3);
    try (Session session = Session.open(TestPaths.demoModel())) {
      Prompt prompt = Prompt.user(AcceptanceOracle.read().cases().getFirst().prompt());
      SamplingOptions alone = new SamplingOptions(0.8, 0, 1, 0, 1, 3);
      SamplingOptions ruled = new SamplingOptions(0.8, 1_000_000, 1, 0, 1, 3);
      List<Round> device = run(session, prompt, alone, draft, Coupling.GUMBEL).rounds();
      List<Round> host = run(session, prompt, ruled, draft, Coupling.GUMBEL).rounds();
      assertEquals(device.size(), host.size());
      int rejected = 0;
      for (int r = 0; r < host.size(); r++) {
        Round of = host.get(r);
        assertArrayEquals(device.get(r).drafted(), of.drafted());
        int judged = Math.min(of.accepted() + 1, of.drafted().length);
        assertEquals(judged, of.targetRanks().length);
        for (int i = 0; i < judged; i++) {
          double expected = of.targetProbability(i).orElseThrow();
          assertEquals(expected, device.get(r).targetProbability(i).orElseThrow(), 1e-5);
          assertEquals(of.targetRank(i), device.get(r).targetRank(i));
        }
        rejected += of.accepted() < of.drafted().length ? 1 : 0;
      }
      assertTrue(rejected > 0);
    }
  }
}
