package dev.mlxmtp.decode;

import java.util.Map;

/**
 * How a token is chosen from the model's distribution, in the order that Hugging Face applies the
 * rules: bias, repetition penalty, temperature, top-k, top-p, min-p. The penalties of the OpenAI
 * interface, which Hugging Face does not have, come after the repetition penalty, as in vLLM.
 *
 * @param temperature 0 takes the most probable token; others are at least 1e-6
 * @param topK candidates kept, 0 keeps all
 * @param topP probability mass kept, 1 keeps all
 * @param minP candidates kept are at least so probable, relative to the best; 0 keeps all
 * @param repetitionPenalty divides the logits of tokens that occurred already, 1 for none; a
 *     millionth to a million
 * @param presencePenalty taken from the logit of each token that the answer holds, −2 to 2
 * @param frequencyPenalty taken from it for each time that the answer holds it, −2 to 2
 * @param bias added to the logits of these tokens, a million at most either way
 * @param seed of the noise; the same seed gives the same text
 */
public record SamplingOptions(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    Map<Integer, Double> bias,
    long seed) {
  // Logits are floats: beyond these their sums and quotients are infinite, or no numbers at all.
  private static final double LEAST = 1e-6;
  private static final double MOST = 1e6;

  public SamplingOptions {
    bias = Map.copyOf(bias);
    require(
        temperature >= 0 && Double.isFinite(temperature),
        "temperature must be 0 or more, not " + temperature);
    require(
        temperature == 0 || temperature >= LEAST,
        "temperature must be 0, which takes the most probable token, or at least 0.000001, not "
            + temperature);
    require(topK >= 0, "top-k must be 0 or more, not " + topK);
    require(topP > 0 && topP <= 1, "top-p must be above 0 and at most 1, not " + topP);
    require(minP >= 0 && minP <= 1, "min-p must be between 0 and 1, not " + minP);
    require(
        repetitionPenalty >= LEAST && repetitionPenalty <= MOST,
        "the repetition penalty must be between 0.000001 and 1000000, not " + repetitionPenalty);
    require(
        Math.abs(presencePenalty) <= 2,
        "the presence penalty must be between -2 and 2, not " + presencePenalty);
    require(
        Math.abs(frequencyPenalty) <= 2,
        "the frequency penalty must be between -2 and 2, not " + frequencyPenalty);
    bias.forEach(
        (token, value) ->
            require(
                token >= 0 && Math.abs(value) <= MOST,
                "a bias must be a number from -1000000 to 1000000 for a token's id, not "
                    + token
                    + "="
                    + value));
  }

  /** Without presence and frequency penalty and without bias. */
  public SamplingOptions(
      double temperature, int topK, double topP, double minP, double repetitionPenalty, long seed) {
    this(temperature, topK, topP, minP, repetitionPenalty, 0, 0, Map.of(), seed);
  }

  /** The most probable token, always. */
  public static SamplingOptions greedy() {
    return new SamplingOptions(0, 0, 1, 0, 1, 0);
  }

  /** True where the choice is the plain argmax of the logits, which the device can take. */
  public boolean isArgmax() {
    return temperature == 0 && !looksBack() && bias.isEmpty();
  }

  /** True where the distribution is the softmax of the logits over the temperature. */
  boolean isTemperatureAlone() {
    return temperature > 0 && topK == 0 && topP == 1 && minP == 0 && !looksBack() && bias.isEmpty();
  }

  /** True where a choice depends on the tokens before it. */
  boolean looksBack() {
    return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
  }

  /** The same with another seed. */
  public SamplingOptions withSeed(long seed) {
    return new SamplingOptions(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        presencePenalty,
        frequencyPenalty,
        bias,
        seed);
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException(sentence + ".");
    }
  }
}
