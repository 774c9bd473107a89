package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.decode.SamplingOptions;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How tokens are chosen; what is not given stays as the model's own files have it. */
final class SamplingArguments {
  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "0 takes the most probable token. Default of this and the next four: the model's"
              + " generation_config.json, else greedy.")
  private Optional<Double> temperature = Optional.empty();

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Sample from the most probable tokens that together have this probability.")
  private Optional<Double> topP = Optional.empty();

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description = "Sample from the N most probable tokens; 0 for all.")
  private Optional<Integer> topK = Optional.empty();

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Sample from tokens at least P times as probable as the best.")
  private Optional<Double> minP = Optional.empty();

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description = "Make tokens that occurred already less probable; 1 for no change.")
  private Optional<Double> repetitionPenalty = Optional.empty();

  @Option(
      names = "--presence-penalty",
      paramLabel = "A",
      description =
          "Taken from the logit of each token that the answer holds already, -2 to 2. Default: 0.")
  private Optional<Double> presencePenalty = Optional.empty();

  @Option(
      names = "--frequency-penalty",
      paramLabel = "A",
      description =
          "Taken from the logit of a token for each time that the answer holds it already, -2 to"
              + " 2. Default: 0.")
  private Optional<Double> frequencyPenalty = Optional.empty();

  @Option(
      names = "--bias",
      paramLabel = "ID=B",
      split = ",",
      description =
          "Added to the logits of these tokens, by their ids (%%tokens shows them); -100 forbids"
              + " one.")
  private Map<Integer, Double> bias = Map.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the sampling: the same seed gives the same text. Default: 0.")
  private Optional<Long> seed = Optional.empty();

  /**
   * The model's settings with those that were given in their place.
   *
   * @throws MagicException where a number is out of its range
   */
  SamplingOptions over(SamplingOptions defaults) {
    try {
      return merged(defaults);
    } catch (IllegalArgumentException e) {
      throw new MagicException(Failure.capitalized(e.getMessage()), e);
    }
  }

  private SamplingOptions merged(SamplingOptions defaults) {
    return new SamplingOptions(
        temperature.orElse(defaults.temperature()),
        topK.orElse(defaults.topK()),
        topP.orElse(defaults.topP()),
        minP.orElse(defaults.minP()),
        repetitionPenalty.orElse(defaults.repetitionPenalty()),
        presencePenalty.orElse(defaults.presencePenalty()),
        frequencyPenalty.orElse(defaults.frequencyPenalty()),
        bias.isEmpty() ? defaults.bias() : bias,
        seed.orElse(defaults.seed()));
  }
}
