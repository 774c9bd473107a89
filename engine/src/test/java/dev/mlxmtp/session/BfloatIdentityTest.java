package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mlxmtp.AcceptanceOracle;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.text.Message;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * In bfloat16 two forms of one sum may tip a near tie, so that equal texts show more than in
 * float32: that a verification computes, to the bit, what single steps compute. All prompts at full
 * length with {@code -Dmlxmtp.full=true}.
 */
class BfloatIdentityTest {
  private static final boolean FULL = Boolean.getBoolean("mlxmtp.full");
  private static final int PROMPTS = FULL ? 40 : 3;
  private static final int LENGTH = FULL ? 128 : 64;
  private static final int DEPTHS = 8;

  @Test
  void draftsChangeNoTextAtAnyDepth() {
    try (Session session =
        Session.open(
            TestPaths.demoModel(),
            new SessionOptions(Optional.empty(), Optional.of(DType.BFLOAT16)),
            event -> {})) {
      assumeTrue(session.info().kernels().isPresent(), "only our kernels promise this");
      for (AcceptanceOracle.Case c : AcceptanceOracle.read().cases().subList(0, PROMPTS)) {
        int[] plain = tokens(session, c, new DraftOptions.None());
        for (int depth = 1; depth <= DEPTHS; depth++) {
          assertArrayEquals(
              plain, tokens(session, c, DraftOptions.mtp(depth)), c.prompt() + ", depth " + depth);
        }
      }
    }
    System.out.printf(
        "bfloat16, %d prompts x %d tokens: depths 1 to %d identical to plain decoding%n",
        PROMPTS, LENGTH, DEPTHS);
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
