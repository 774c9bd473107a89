package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.mlxmtp.AcceptanceOracle;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.text.Message;
import java.util.List;
import java.util.Optional;

/**
 * Texts with drafts at depths 1 to 8, by choice of each round and by prompt lookup against plain
 * ones. All prompts at full length with {@code -Dmlxmtp.full=true}.
 */
final class DraftIdentity {
  private static final boolean FULL = Boolean.getBoolean("mlxmtp.full");
  private static final int PROMPTS = FULL ? 40 : 3;
  private static final int LENGTH = FULL ? 128 : 64;
  private static final int DEPTHS = 8;

  private DraftIdentity() {}

  static void require(Session session, String what) {
    for (AcceptanceOracle.Case c : AcceptanceOracle.read().cases().subList(0, PROMPTS)) {
      int[] plain = tokens(session, c, new DraftOptions.None());
      for (int depth = 1; depth <= DEPTHS; depth++) {
        assertArrayEquals(
            plain, tokens(session, c, DraftOptions.mtp(depth)), c.prompt() + ", depth " + depth);
      }
      for (DraftOptions draft :
          List.of(
              DraftOptions.Auto.standard(),
              DraftOptions.NGram.standard(),
              new DraftOptions.NGram(32, 2))) {
        assertArrayEquals(plain, tokens(session, c, draft), c.prompt() + ", " + draft);
      }
    }
    System.out.printf(
        "%s, %d prompts x %d tokens: depths 1 to %d, auto and ngram identical to plain decoding%n",
        what, PROMPTS, LENGTH, DEPTHS);
  }

  private static int[] tokens(Session session, AcceptanceOracle.Case c, DraftOptions draft) {
    return session
        .generate(
            GenerateRequest.builder(
                    new Prompt.Chat(
                        List.of(Message.user(c.prompt())), List.of(), Optional.of(false)))
                .greedy()
                .draft(draft)
                .maxTokens(LENGTH)
                .ignoreStopTokens(true)
                .build(),
            event -> {})
        .tokens();
  }
}
