package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.text.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Plain greedy tokens against mlx-lm's stored ones, 20 prompts of 128 tokens each: the same, or
 * different first at a near tie of the two best logits.
 */
final class PeerGreedy {
  private PeerGreedy() {}

  static void require(Path model, DType dtype, String golden, double nearTie) throws IOException {
    JsonNode peer =
        new ObjectMapper()
            .readTree(TestPaths.resource("peer/mlx_lm_greedy_" + golden + ".json").toFile());
    assertEquals(20, peer.get("cases").size());
    int same = 0;
    try (Session session =
        Session.open(
            model, new SessionOptions(Optional.empty(), Optional.of(dtype)), event -> {})) {
      for (JsonNode c : peer.get("cases")) {
        int[] expected = ints(c.get("tokens"));
        assertEquals(128, expected.length);
        Generation g = plain(session, c.get("prompt").asText());
        assertArrayEquals(ints(c.get("prompt_ids")), g.promptTokens());
        int first = Arrays.mismatch(expected, g.tokens());
        if (first < 0) {
          same++;
          continue;
        }
        double gap = c.get("gap").get(first).asDouble();
        System.out.printf(
            "%s, token %d of \"%s\": mlx-lm %d, ours %d, mlx-lm's runner-up %d, gap %.4f%n",
            golden,
            first,
            c.get("prompt").asText(),
            expected[first],
            g.tokens()[first],
            c.get("runner_up").get(first).asInt(),
            gap);
        assertTrue(gap <= nearTie, "not a near tie: a gap of " + gap + " at token " + first);
      }
    }
    System.out.printf("%s: %d of 20 texts equal mlx-lm's over 128 tokens%n", golden, same);
  }

  private static Generation plain(Session session, String prompt) {
    return session.generate(
        GenerateRequest.builder(
                new Prompt.Chat(List.of(Message.user(prompt)), List.of(), Optional.of(false)))
            .greedy()
            .mtp(0)
            .maxTokens(128)
            .ignoreStopTokens(true)
            .build(),
        event -> {});
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
