package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.bench.Engine;
import dev.mlxmtp.bench.SideBySide;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.decode.Verification;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.LogitGap;
import dev.mlxmtp.session.Prompt;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A drafter whose text is another one, and what is said of it. */
class FlipViewTest {
  // Drafts put another token in the third place.
  private record Flipping(double lead) implements Engine {
    @Override
    public Generation generate(GenerateRequest request) {
      boolean plain = request.draft().orElseThrow() instanceof DraftOptions.None;
      return new Generation(
          plain ? "plain" : "mtp, depth 2",
          new int[] {1},
          0,
          new int[] {5, 6, plain ? 7 : 8, 9},
          OptionalInt.empty(),
          "",
          Generation.FinishReason.LENGTH,
          List.of(),
          1,
          1,
          1);
    }

    @Override
    public LogitGap gap(GenerateRequest request, int[] answer, int token, int other) {
      return new LogitGap(30.125, 30, lead, 0.25);
    }

    @Override
    public boolean isRowInvariant() {
      return false;
    }

    @Override
    public String text(int token) {
      return "t" + token + "\n";
    }
  }

  private static ComparisonView view(double lead) {
    List<DraftOptions> settings = List.of(DraftOptions.mtp(0), DraftOptions.mtp(2));
    SideBySide result =
        SideBySide.of(
            settings,
            1,
            draft -> GenerateRequest.builder(Prompt.user("x")).greedy().draft(draft),
            new Flipping(lead),
            (done, all) -> {});
    return new ComparisonView("m", SamplingOptions.greedy(), Verification.FAST, result);
  }

  private static String remarks(ComparisonView view) {
    return view.grid().remarks().stream().collect(Collectors.joining("\n"));
  }

  @Test
  void whatRoundingExplainsIsSaidToBeSo() {
    String text = remarks(view(0.125));
    assertTrue(
        text.contains(
            "mtp, depth 2, token 3: `t8↵` in place of `t7↵`, gap 0.125, rounding 0.25: within"
                + " rounding"),
        text);
    assertTrue(text.contains("what rounding does not explain is a bug"), text);
  }

  @Test
  void whatItDoesNotExplainIsABug() {
    String text = remarks(view(0.5));
    assertTrue(text.contains("NOT explained by rounding"), text);
    String cut = remarks(view(Double.POSITIVE_INFINITY));
    assertTrue(cut.contains("one is cut off by the sampling rules"), cut);
  }

  @Test
  void scriptsReadItToo() throws IOException {
    JsonNode flip = new ObjectMapper().readTree(view(0.125).json()).at("/rows/1/leaves_plain");
    assertEquals(3, flip.path("token").asInt());
    assertEquals(7, flip.at("/expected/id").asInt());
    assertEquals("t8\n", flip.at("/found/text").asText());
    assertEquals(0.125, flip.path("logit_gap").asDouble());
    assertEquals(0.25, flip.path("rounding").asDouble());
    assertTrue(flip.path("explained_by_rounding").asBoolean());
  }
}
