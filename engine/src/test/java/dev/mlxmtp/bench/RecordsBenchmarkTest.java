package dev.mlxmtp.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordsBenchmarkTest {
  private static final Prompt PROMPT = Prompt.user("Returns the sum of two integers.");

  @Test
  void bothSidesDoTheSameButForTheRecords() {
    try (Session session = Session.open(TestPaths.demoModel())) {
      for (RecordsBenchmark.Case each : RecordsBenchmark.CASES) {
        Generation off = answer(session, each, false);
        Generation on = answer(session, each, true);
        assertArrayEquals(off.tokens(), on.tokens(), each.name());
        assertEquals(20, on.tokens().length);
        for (Round round : off.rounds()) {
          assertEquals(0, round.targetProbabilities().length + round.targetRanks().length);
        }
        for (Round round : on.rounds()) {
          assertEquals(round.drafted().length, round.targetProbabilities().length);
          assertEquals(round.drafted().length, round.targetRanks().length);
        }
        if (each.draft() instanceof DraftOptions.Mtp) {
          assertTrue(on.rounds().stream().anyMatch(r -> r.targetRanks().length > 0), each.name());
        }
      }
    }
  }

  private static Generation answer(Session session, RecordsBenchmark.Case each, boolean records) {
    return session.generate(RecordsBenchmark.request(each, PROMPT, 20, records), event -> {});
  }

  @Test
  void aRowACase() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Session session = Session.open(TestPaths.demoModel())) {
      PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
      RecordsBenchmark.run(session, List.of(PROMPT, PROMPT), 6, 1, out);
    }
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(2 + RecordsBenchmark.CASES.size(), lines.size());
    for (String line : lines.subList(2, lines.size())) {
      assertTrue(line.matches("\\| [^|]+ \\| [\\d.]+ \\| ([\\d.]+) \\| \\1 \\| \\1 \\|"), line);
    }
  }
}
