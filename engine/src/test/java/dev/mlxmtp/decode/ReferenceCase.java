package dev.mlxmtp.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.TestPaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** A case of the demo model's {@code reference.json}: what its training code computes. */
record ReferenceCase(
    String kind,
    int[] prompt,
    int[] topIds,
    float[] topLogits,
    int[] greedy,
    float[] margins,
    float[] hidden,
    double hiddenNorm,
    Head head) {

  /** The MTP head's outputs for the prompt's last position and the greedy token after it. */
  record Head(
      int nextToken,
      int[] topIds,
      float[] topLogits,
      int[] drafts,
      float[] hidden,
      double hiddenNorm) {}

  static List<ReferenceCase> all() {
    try {
      JsonNode root =
          new ObjectMapper().readTree(TestPaths.demoModel().resolve("reference.json").toFile());
      List<ReferenceCase> cases = new ArrayList<>();
      root.get("cases").forEach(node -> cases.add(of(node)));
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ReferenceCase of(JsonNode c) {
    JsonNode mtp = c.get("mtp");
    return new ReferenceCase(
        c.get("kind").asText(),
        ints(c.get("prompt_ids")),
        ints(c.at("/top5/ids")),
        floats(c.at("/top5/logits")),
        ints(c.at("/greedy/ids")),
        floats(c.at("/greedy/margins")),
        floats(c.at("/final_hidden/first16")),
        c.at("/final_hidden/l2").asDouble(),
        new Head(
            mtp.get("next_token").asInt(),
            ints(mtp.at("/top5/ids")),
            floats(mtp.at("/top5/logits")),
            ints(mtp.get("drafts")),
            floats(mtp.get("hidden_first16")),
            mtp.get("hidden_l2").asDouble()));
  }

  static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }

  @Override
  public String toString() {
    return kind + ", " + prompt.length + " tokens";
  }
}
