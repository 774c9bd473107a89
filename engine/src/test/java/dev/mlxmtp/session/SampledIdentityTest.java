package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Sampled texts with drafts whose noise is the model's own, against plain sampling with the same
 * seed: token for token. 40 prompts, five seeds and all depths with {@code -Dmlxmtp.full=true}.
 */
class SampledIdentityTest {
  private static final boolean FULL = Boolean.getBoolean("mlxmtp.full");
  private static final int PROMPTS = FULL ? 40 : 3;
  private static final int SEEDS = FULL ? 5 : 2;
  private static final int LENGTH = FULL ? 96 : 48;

  private static List<SamplingOptions> samplings(long seed) {
    return List.of(
        new SamplingOptions(0.7, 0, 1, 0, 1, seed),
        new SamplingOptions(1, 40, 0.9, 0, 1, seed),
        new SamplingOptions(0.8, 0, 1, 0.05, 1.2, seed),
        new SamplingOptions(0, 0, 1, 0, 1.2, seed));
  }

  private static Generation run(
      Session session, String prompt, SamplingOptions sampling, int depth, Coupling coupling) {
    return run(session, prompt, sampling, DraftOptions.mtp(depth), coupling);
  }

  private static Generation run(
      Session session,
      String prompt,
      SamplingOptions sampling,
      DraftOptions draft,
      Coupling coupling) {
    return session.generate(
        prompt,
        o ->
            o.sampling(sampling)
                .coupling(coupling)
                .draft(draft)
                .maxTokens(LENGTH)
                .ignoreStopTokens(true));
  }

  @Test
  void coupledDraftsLeaveTheTextAsItIs() {
    List<Round> rounds = new ArrayList<>();
    int[] depths = FULL ? new int[] {1, 2, 3, 4, 5, 6, 7, 8} : new int[] {1, 3};
    try (Session session = Session.open(TestPaths.demoModel())) {
      for (AcceptanceOracle.Case c : AcceptanceOracle.read().cases().subList(0, PROMPTS)) {
        for (int seed = 1; seed <= SEEDS; seed++) {
          for (SamplingOptions sampling : samplings(seed)) {
            int[] plain = run(session, c.prompt(), sampling, 0, Coupling.GUMBEL).tokens();
            for (int depth : depths) {
              Generation drafted = run(session, c.prompt(), sampling, depth, Coupling.GUMBEL);
              assertArrayEquals(
                  plain, drafted.tokens(), c.prompt() + ", depth " + depth + ", " + sampling);
              rounds.addAll(drafted.rounds());
            }
            for (DraftOptions draft :
                List.of(DraftOptions.Auto.standard(), DraftOptions.NGram.standard())) {
              assertArrayEquals(
                  plain,
                  run(session, c.prompt(), sampling, draft, Coupling.GUMBEL).tokens(),
                  c.prompt() + ", " + draft + ", " + sampling);
            }
          }
        }
      }
    }
    AcceptanceStats stats = AcceptanceStats.of(rounds);
    System.out.printf("coupled samples: %s%n", stats);
    assertTrue(stats.rate(0).orElseThrow() > 0.5, stats::toString);
  }

  @Test
  void aSeedMakesRejectionSamplingRepeatable() {
    SamplingOptions sampling = new SamplingOptions(0.9, 0, 0.95, 0, 1, 11);
    try (Session session = Session.open(TestPaths.demoModel())) {
      String prompt = AcceptanceOracle.read().cases().getFirst().prompt();
      Generation first = run(session, prompt, sampling, 3, Coupling.REJECTION);
      Generation second = run(session, prompt, sampling, 3, Coupling.REJECTION);
      assertArrayEquals(first.tokens(), second.tokens());
      assertTrue(first.acceptance().rate().orElseThrow() > 0.2, () -> first.acceptance() + "");
      Generation other =
          run(session, prompt, new SamplingOptions(0.9, 0, 0.95, 0, 1, 12), 3, Coupling.REJECTION);
      assertTrue(!Arrays.equals(first.tokens(), other.tokens()));
    }
  }
}
