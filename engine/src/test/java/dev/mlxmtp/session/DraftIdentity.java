package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Texts with drafts at depths 1 to 8, by choice of each round and by prompt lookup against plain
 * ones. All prompts at full length with {@code -Dmlxmtp.full=true}.
 */
final class DraftIdentity {
  private static final boolean FULL = Boolean.getBoolean("mlxmtp.full");
  private static final int PROMPTS = FULL ? 60 : 3;
  private static final int LENGTH = FULL ? 200 : 64;

  private DraftIdentity() {}

  private static List<DraftOptions> drafters() {
    return Stream.concat(
            IntStream.rangeClosed(1, DraftOptions.Mtp.MAX_DEPTH).mapToObj(DraftOptions::mtp),
            Stream.of(
                DraftOptions.Auto.standard(),
                DraftOptions.NGram.standard(),
                new DraftOptions.NGram(32, 2)))
        .toList();
  }

  static void require(Session session, String what) {
    List<Prompt> prompts = IdentityPrompts.spread(PROMPTS);
    List<int[]> plain =
        prompts.stream().map(p -> run(session, p, new DraftOptions.None()).tokens()).toList();
    StringJoiner kept = new StringJoiner(", ");
    for (DraftOptions draft : drafters()) {
      List<Round> rounds = new ArrayList<>();
      for (int i = 0; i < PROMPTS; i++) {
        Generation drafted = run(session, prompts.get(i), draft);
        assertArrayEquals(plain.get(i), drafted.tokens(), prompts.get(i) + ", " + draft);
        rounds.addAll(drafted.rounds());
      }
      double rate = AcceptanceStats.of(rounds).rate().orElse(0);
      assertTrue(rate > 0, () -> "no draft was kept of " + draft);
      kept.add("%.2f".formatted(rate));
    }
    System.out.printf(
        "%s, %d prompts x %d tokens: depths 1 to 8, auto and ngram identical to plain decoding;"
            + " %s of their drafts kept%n",
        what, PROMPTS, LENGTH, kept);
  }

  private static Generation run(Session session, Prompt prompt, DraftOptions draft) {
    return session.generate(
        GenerateRequest.builder(prompt)
            .greedy()
            .draft(draft)
            .maxTokens(LENGTH)
            .ignoreStopTokens(true)
            .build(),
        event -> {});
  }
}
