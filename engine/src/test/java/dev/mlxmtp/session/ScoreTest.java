package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.mlx.DType;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
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

  @Test
  void gapsAreThoseOfTheReferencesLogits() throws IOException {
    JsonNode reference =
        new ObjectMapper().readTree(TestPaths.demoModel().resolve("reference.json").toFile());
    for (JsonNode one : reference.path("cases")) {
      int[] prompt = ints(one.path("prompt_ids"));
      int[] ids = ints(one.path("top5").path("ids"));
      double difference = one.at("/top5/logits/0").asDouble() - one.at("/top5/logits/1").asDouble();
      GenerateRequest request = GenerateRequest.builder(new Prompt.Tokens(prompt)).greedy().build();
      LogitGap gap = session.gap(request, new int[0], ids[0], ids[1]);
      assertEquals(one.at("/top5/logits/0").asDouble(), gap.token(), 2e-3);
      assertEquals(difference, gap.gap(), 2e-3);
      assertEquals(gap.gap(), gap.lead(), 1e-9);
      assertTrue(gap.rounding() > 0 && gap.rounding() < 1e-3, gap::toString);
      assertEquals(difference < gap.rounding(), gap.isRounding());
      assertTrue(session.gap(request, new int[0], ids[0], ids[0]).isRounding());
    }
  }

  @Test
  void whatWasSampledLeadsByItsNoise() {
    SamplingOptions sampling = new SamplingOptions(2, 0, 1, 0, 1.1, 0.5, 0.2, Map.of(), 5);
    GenerateRequest request =
        GenerateRequest.builder(Prompt.user("Returns the name of this column."))
            .sampling(sampling)
            .mtp(0)
            .ignoreStopTokens(true)
            .maxTokens(24)
            .build();
    int[] tokens = session.generate(request, event -> {}).tokens();
    int behind = 0;
    for (int i = 0; i < tokens.length; i++) {
      int likeliest = likeliest(joined(session.encode(request.prompt()), Arrays.copyOf(tokens, i)));
      for (int other : new int[] {likeliest, tokens[i] + 1, 42}) {
        LogitGap gap = session.gap(request, Arrays.copyOf(tokens, i), tokens[i], other);
        assertTrue(gap.lead() >= 0, i + ": " + gap);
        behind += gap.gap() < 0 ? 1 : 0;
      }
    }
    assertTrue(behind > 0, "what leads is not always the likeliest");
  }

  private static int likeliest(int[] context) {
    Prompt prompt = new Prompt.Tokens(context);
    GenerateRequest one =
        GenerateRequest.builder(prompt).greedy().mtp(0).maxTokens(1).ignoreStopTokens(true).build();
    return session.generate(one, event -> {}).tokens()[0];
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
    session.gap(request, new int[] {65, 66}, 67, 68);
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
