package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.AcceptanceOracle;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.mlx.QuantMode;
import dev.mlxmtp.model.DraftHead;
import dev.mlxmtp.text.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Drafts that are read by a cheaper head change what is drafted, and never the text. */
class DraftHeadTest {
  private static final int PROMPTS = 8;
  private static final int LENGTH = 48;
  private static final DraftHead FULL = new DraftHead.Full();

  private static Session session;

  @BeforeAll
  static void load() {
    session = Session.open(TestPaths.demoModel());
  }

  @AfterAll
  static void close() {
    session.close();
  }

  private static Generation answer(
      AcceptanceOracle.Case c, int depth, DraftHead head, SamplingOptions sampling) {
    return session.generate(
        GenerateRequest.builder(
                new Prompt.Chat(List.of(Message.user(c.prompt())), List.of(), Optional.of(false)))
            .mtp(depth)
            .draftHead(head)
            .sampling(sampling)
            .maxTokens(LENGTH)
            .build(),
        event -> {});
  }

  private static List<Round> rounds(DraftHead head, SamplingOptions sampling) {
    List<Round> rounds = new ArrayList<>();
    for (AcceptanceOracle.Case c : AcceptanceOracle.read().cases().subList(0, PROMPTS)) {
      Generation plain = answer(c, 0, FULL, sampling);
      Generation drafted = answer(c, 3, head, sampling);
      assertArrayEquals(plain.tokens(), drafted.tokens(), c.prompt() + " with " + head);
      assertEquals(plain.stopToken(), drafted.stopToken());
      rounds.addAll(drafted.rounds());
    }
    return rounds;
  }

  private static double rate(DraftHead head, SamplingOptions sampling) {
    return AcceptanceStats.of(rounds(head, sampling)).rate().orElseThrow();
  }

  @Test
  void noHeadChangesTheText() {
    for (SamplingOptions sampling :
        List.of(SamplingOptions.greedy(), new SamplingOptions(0.8, 0, 0.95, 0, 1, 5))) {
      double full = rate(FULL, sampling);
      double mxfp8 = rate(new DraftHead.Packed(QuantMode.MXFP8), sampling);
      double mxfp4 = rate(new DraftHead.Packed(QuantMode.MXFP4), sampling);
      double frequent = rate(new DraftHead.Frequent(4096), sampling);
      double few = rate(new DraftHead.Frequent(256), sampling);
      System.out.printf(
          "accepted at temperature %s: full %.3f, mxfp8 %.3f, mxfp4 %.3f, top 4096 %.3f, top 256"
              + " %.3f%n",
          sampling.temperature(), full, mxfp8, mxfp4, frequent, few);
      assertEquals(full, mxfp8, 0.05);
      assertTrue(mxfp4 > full - 0.15, "a coarse copy is still a copy");
      assertTrue(few < frequent && frequent < full + 0.05, "fewer tokens foresee less");
    }
  }

  @Test
  void aSubsetDraftsItsTokensAndControlTokens() {
    int vocabulary = session.tokenizer().vocabularySize();
    int[] drafted =
        rounds(new DraftHead.Frequent(1000), SamplingOptions.greedy()).stream()
            .flatMapToInt(r -> Arrays.stream(r.drafted()))
            .toArray();
    assertTrue(Arrays.stream(drafted).allMatch(t -> t < 1000 || t >= vocabulary - 64));
    assertTrue(
        Arrays.stream(drafted).anyMatch(session.defaults().stopTokens()::contains),
        "the end of the turn is drafted too");
    int[] all =
        rounds(FULL, SamplingOptions.greedy()).stream()
            .flatMapToInt(r -> Arrays.stream(r.drafted()))
            .toArray();
    assertFalse(Arrays.stream(all).allMatch(t -> t < 1000 || t >= vocabulary - 64));
  }

  @Test
  void aSubsetIsTheDefaultWithALargeVocabularyAlone() {
    assertEquals(FULL, DraftHead.standard(session.tokenizer().vocabularySize()));
    assertEquals(new DraftHead.Frequent(65_536), DraftHead.standard(248_077));
  }

  @Test
  void aCopyCountsAsResidentAndIsReplaced() {
    AcceptanceOracle.Case c = AcceptanceOracle.read().cases().getFirst();
    SamplingOptions greedy = SamplingOptions.greedy();
    answer(c, 1, FULL, greedy);
    long none = session.resident().weights();
    answer(c, 1, new DraftHead.Packed(QuantMode.MXFP8), greedy);
    long eight = session.resident().weights() - none;
    answer(c, 1, new DraftHead.Packed(QuantMode.MXFP4), greedy);
    long four = session.resident().weights() - none;
    assertTrue(four > 0 && four < eight, four + " bytes against " + eight);
    answer(c, 1, new DraftHead.Frequent(512), greedy);
    assertEquals(none, session.resident().weights(), "rows of the model's own head take nothing");
  }
}
