package dev.mlxmtp.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.AcceptanceOracle;
import dev.mlxmtp.AcceptanceOracle.Counts;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.session.Session;
import dev.mlxmtp.session.SessionOptions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A sweep of the demonstration model counts what an independent simulation along the greedy text
 * does: all texts that end, by themselves, within its 128 tokens. (Of one that the limit cuts, the
 * simulation counts drafts beyond it.)
 */
class SweepAcceptanceTest {
  private static final int ABLATED = 13;

  private final AcceptanceOracle oracle = AcceptanceOracle.read();
  private final List<AcceptanceOracle.Case> ended =
      oracle.cases().stream().filter(AcceptanceOracle.Case::ended).toList();

  private static SweepResult sweep(
      Session session, List<AcceptanceOracle.Case> cases, List<SweepSetting> settings) {
    PromptSet prompts =
        new PromptSet(
            "oracle", cases.stream().map(c -> new PromptSet.Entry("chat", c.prompt())).toList());
    return Sweep.run(
        new SweepPlan(prompts, settings, SamplingOptions.greedy(), Coupling.GUMBEL, 128, 1, 1),
        requests ->
            requests.stream().map(request -> session.generate(request, event -> {})).toList(),
        List.of(),
        record -> {},
        (done, all, next, left) -> {},
        () -> false);
  }

  private static void assertEqual(String run, List<AcceptanceOracle.Case> cases, SweepRow row) {
    Counts expected = cases.stream().map(c -> c.counts(run)).reduce(Counts::plus).orElseThrow();
    SweepCounts found = row.counts();
    Counts counts =
        new Counts(
            found.drafted().stream().mapToInt(n -> n).toArray(),
            found.accepted().stream().mapToInt(n -> n).toArray(),
            found.passes());
    assertEquals(expected.toString(), counts.toString(), run);
  }

  @Test
  void countsOfTheSimulation() {
    assertEquals(39, ended.size());
    SessionOptions options = new SessionOptions(Optional.empty(), Optional.of(DType.FLOAT32));
    try (Session session = Session.open(TestPaths.demoModel(), options, event -> {})) {
      SweepResult depths =
          sweep(
              session,
              ended,
              SweepSetting.all(
                  List.of(1, 2, 3), List.of(), List.of(MtpVariant.standard()), List.of(0.0)));
      for (int depth = 1; depth <= 3; depth++) {
        assertEqual("depth_" + depth, ended, depths.rows().get(depth - 1));
      }
      for (SweepRecord record : depths.records()) {
        AcceptanceOracle.Case same =
            ended.stream()
                .filter(c -> c.prompt().equals(record.cell().prompt().text()))
                .findFirst()
                .orElseThrow();
        assertArrayEquals(same.greedy(), record.tokens(), same::prompt);
      }

      List<AcceptanceOracle.Case> some = ended.subList(0, ABLATED);
      SweepResult variants =
          sweep(
              session,
              some,
              SweepSetting.all(
                  List.of(0, 1),
                  List.of(),
                  Variants.parse("history=on|off,hidden=post|pre"),
                  List.of(0.0)));
      List<String> runs =
          List.of("depth_1", "depth_1_pre", "depth_1_post_empty", "depth_1_pre_empty");
      for (int i = 0; i < runs.size(); i++) {
        SweepRow row = variants.rows().get(i + 1);
        assertEqual(runs.get(i), some, row);
        assertEquals(Optional.of(new Share(ABLATED, ABLATED)), row.asPlain());
      }
    }
  }
}
