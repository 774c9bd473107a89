package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.mlx.DType;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the model gives tokens that are there already. */
class ScoreTest {
  private static Session session;

  @BeforeAll
  static void open() {
    session =
        Session.open(
            TestPaths.demoModel(),
            new SessionOptions(Optional.empty(), Optional.of(DType.FLOAT32)),
            event -> {});
  }

  @AfterAll
  static void close() {
    session.close();
  }

  private static int[] joined(int[] a, int... b) {
    return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  private static float last(int[] tokens) {
    float[] scores = session.score(new Prompt.Tokens(tokens));
    assertEquals(tokens.length - 1, scores.length);
    return scores[scores.length - 1];
  }

  @Test
  void differencesAreThoseOfTheReferencesLogits() throws IOException {
    JsonNode reference =
        new ObjectMapper().readTree(TestPaths.demoModel().resolve("reference.json").toFile());
    for (JsonNode one : reference.path("cases")) {
      int[] prompt = ints(one.path("prompt_ids"));
      int[] ids = ints(one.path("top5").path("ids"));
      JsonNode logits = one.path("top5").path("logits");
      float best = last(joined(prompt, ids[0]));
      for (int i = 1; i < ids.length; i++) {
        assertEquals(
            logits.get(0).asDouble() - logits.get(i).asDouble(),
            best - last(joined(prompt, ids[i])),
            2e-3);
      }
    }
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }

  @Test
  void probabilitiesAreThoseThatVerificationSaw() {
    Generation answer =
        session.generate(
            "Returns the sum of two integers.",
            o -> o.greedy().mtp(3).ignoreStopTokens(true).maxTokens(200));
    int[] all = joined(answer.promptTokens(), answer.tokens());
    assertTrue(all.length > 130, "the text goes on in a second chunk");
    float[] scores = session.score(new Prompt.Tokens(all));
    int compared = 0;
    for (Round round : answer.rounds()) {
      for (int i = 0; i < round.accepted() && round.position() + i < all.length; i++) {
        float seen = round.targetProbabilities()[i];
        assertEquals(seen, Math.exp(scores[round.position() + i - 1]), 1e-3);
        compared++;
      }
    }
    assertTrue(compared > 40, compared + " drafts were compared");
  }

  @Test
  void theCachesStayAsTheyAre() {
    Prompt prompt = Prompt.user("Returns the name of this column.");
    GenerateRequest request = GenerateRequest.builder(prompt).greedy().maxTokens(40).build();
    Generation before = session.generate(request, event -> {});
    session.score(new Prompt.Raw("int size() { return size; }"));
    Generation after = session.generate(request, event -> {});
    assertEquals(before.promptTokens().length, after.reusedTokens());
    assertArrayEquals(before.tokens(), after.tokens());
  }

  @Test
  void aTextWithoutTokensOrTooLongIsRefused() {
    assertThrows(SessionException.class, () -> session.score(new Prompt.Raw("")));
    assertThrows(
        SessionException.class,
        () -> session.score(new Prompt.Tokens(new int[session.info().config().maxPositions()])));
    assertEquals(0, session.score(new Prompt.Tokens(new int[] {65})).length);
  }
}
