package dev.mlxmtp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * {@code peer/acceptance_oracle.json}: the demo model's greedy text after 40 chat prompts and which
 * drafts of its head equal it, simulated in PyTorch without caches.
 */
public record AcceptanceOracle(JsonNode root, List<Case> cases) {

  /** Drafts by position over a text. */
  public record Counts(int[] offered, int[] accepted, int passes) {
    static Counts of(JsonNode node) {
      return new Counts(
          ints(node.get("offered")), ints(node.get("accepted")), node.get("passes").asInt());
    }

    /** With those of another text. */
    public Counts plus(Counts other) {
      int[] o = offered.clone();
      int[] a = accepted.clone();
      Arrays.setAll(o, i -> o[i] + other.offered[i]);
      Arrays.setAll(a, i -> a[i] + other.accepted[i]);
      return new Counts(o, a, passes + other.passes);
    }

    @Override
    public String toString() {
      return Arrays.toString(accepted) + " of " + Arrays.toString(offered) + " in " + passes;
    }
  }

  /**
   * One prompt.
   *
   * @param greedy the text without its end mark
   * @param ended the text goes on with the end mark, to which drafts are compared too
   */
  public record Case(
      String prompt, int[] promptIds, int[] greedy, boolean ended, int stopToken, JsonNode node) {

    /** Prompt, text and end mark. */
    public int[] all() {
      int[] all = Arrays.copyOf(promptIds, promptIds.length + greedy.length + (ended ? 1 : 0));
      System.arraycopy(greedy, 0, all, promptIds.length, greedy.length);
      if (ended) {
        all[all.length - 1] = stopToken;
      }
      return all;
    }

    /** 1 where the first draft, made with i + 1 known tokens of the answer, equals the text. */
    public String firstDraftRight() {
      return node.get("right").get(0).asText();
    }

    /** What a run named, for example, {@code depth_2} or {@code depth_1_pre_empty} counts. */
    public Counts counts(String run) {
      return Counts.of(node.get(run));
    }

    @Override
    public String toString() {
      return prompt;
    }
  }

  public static AcceptanceOracle read() {
    try {
      JsonNode root =
          new ObjectMapper().readTree(TestPaths.resource("peer/acceptance_oracle.json").toFile());
      int stop = root.get("stop_token").asInt();
      List<Case> cases = new ArrayList<>();
      for (JsonNode c : root.get("cases")) {
        cases.add(
            new Case(
                c.get("prompt").asText(),
                ints(c.get("prompt_ids")),
                ints(c.get("greedy_ids")),
                c.get("ended").asBoolean(),
                stop,
                c));
      }
      return new AcceptanceOracle(root, cases);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sums over all prompts. */
  public Counts total(String run) {
    return Counts.of(root.get(run));
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
