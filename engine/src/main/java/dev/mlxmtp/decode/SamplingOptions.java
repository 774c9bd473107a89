package dev.mlxmtp.decode;

/**
 * How a token is chosen from the model's distribution, in the order that Hugging Face applies the
 * rules: repetition penalty, temperature, top-k, top-p, min-p.
 *
 * @param temperature 0 takes the most probable token
 * @param topK candidates kept, 0 keeps all
 * @param topP probability mass kept, 1 keeps all
 * @param minP candidates kept are at least so probable, relative to the best; 0 keeps all
 * @param repetitionPenalty divides the logits of tokens that occurred already, 1 for none
 * @param seed of the noise; the same seed gives the same text
 */
public record SamplingOptions(
    double temperature, int topK, double topP, double minP, double repetitionPenalty, long seed) {

  public SamplingOptions {
    require(
        temperature >= 0 && Double.isFinite(temperature),
        "temperature must be 0 or more, not " + temperature);
    require(topK >= 0, "top-k must be 0 or more, not " + topK);
    require(topP > 0 && topP <= 1, "top-p must be above 0 and at most 1, not " + topP);
    require(minP >= 0 && minP <= 1, "min-p must be between 0 and 1, not " + minP);
    require(
        repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
        "the repetition penalty must be above 0, not " + repetitionPenalty);
  }

  /** The most probable token, always. */
  public static SamplingOptions greedy() {
    return new SamplingOptions(0, 0, 1, 0, 1, 0);
  }

  /** True where the choice is the plain argmax of the logits, which the device can take. */
  public boolean isArgmax() {
    return temperature == 0 && repetitionPenalty == 1;
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException(sentence + ".");
    }
  }
}
