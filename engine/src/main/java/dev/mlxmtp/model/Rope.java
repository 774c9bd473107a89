package dev.mlxmtp.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mlxmtp.checkpoint.CheckpointException;
import java.util.List;

/**
 * Rotary position parameters, from {@code rope_parameters} (older files: {@code rope_scaling} and
 * keys beside it).
 *
 * @param dims how many numbers of a head are rotated: {@code head_dim · partial_rotary_factor}
 * @param sections {@code mrope_section}: how many of the {@code dims / 2} frequencies belong to
 *     time, height and width
 * @param scale by which the rotated numbers are multiplied, 1 but for YaRN
 * @param periods positions per radian for each frequency, {@code [dims / 2]}
 */
public record Rope(int dims, List<Integer> sections, double scale, List<Double> periods) {

  static Rope of(JsonNode text, int headDim) {
    JsonNode parameters =
        text.has("rope_parameters") ? text.get("rope_parameters") : text.path("rope_scaling");
    double theta = parameters.path("rope_theta").asDouble(text.path("rope_theta").asDouble(0));
    if (theta <= 0) {
      throw new CheckpointException(
          "config.json: rope_parameters has no rope_theta; copy it from the original model.");
    }
    double partial =
        parameters
            .path("partial_rotary_factor")
            .asDouble(text.path("partial_rotary_factor").asDouble(0.25));
    int dims = (int) Math.round(headDim * partial);
    String type = parameters.path("rope_type").asText(parameters.path("type").asText("default"));
    List<Integer> sections =
        parameters.path("mrope_section").isArray()
            ? List.of(
                parameters.get("mrope_section").get(0).asInt(),
                parameters.get("mrope_section").get(1).asInt(),
                parameters.get("mrope_section").get(2).asInt())
            : List.of(dims / 2, 0, 0);
    List<Double> periods =
        java.util.stream.IntStream.range(0, dims / 2)
            .mapToObj(j -> Math.pow(theta, 2.0 * j / dims))
            .toList();
    return switch (type) {
      case "default", "mrope" -> new Rope(dims, sections, 1, periods);
      case "yarn" -> yarn(parameters, text, theta, dims, sections, periods);
      default ->
          throw new CheckpointException(
              "config.json: rope_type \""
                  + type
                  + "\" is not supported; this family uses default or yarn.");
    };
  }

  // YaRN (Peng et al. 2023): slow frequencies are interpolated by the factor, fast ones kept, a
  // ramp between.
  private static Rope yarn(
      JsonNode parameters,
      JsonNode text,
      double theta,
      int dims,
      List<Integer> sections,
      List<Double> periods) {
    double factor = parameters.path("factor").asDouble(1);
    double original =
        parameters
            .path("original_max_position_embeddings")
            .asDouble(text.path("max_position_embeddings").asDouble() / factor);
    double low =
        Math.max(
            Math.floor(rotations(parameters.path("beta_fast").asDouble(32), original, theta, dims)),
            0);
    double high =
        Math.min(
            Math.ceil(rotations(parameters.path("beta_slow").asDouble(1), original, theta, dims)),
            dims - 1.0);
    List<Double> stretched =
        java.util.stream.IntStream.range(0, dims / 2)
            .mapToObj(
                j -> {
                  double ramp = Math.clamp((j - low) / Math.max(high - low, 0.001), 0, 1);
                  double frequency = (1 - ramp) / periods.get(j) + ramp / (factor * periods.get(j));
                  return 1 / frequency;
                })
            .toList();
    double scale =
        parameters.path("attention_factor").asDouble(factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1);
    return new Rope(dims, sections, scale, stretched);
  }

  private static double rotations(double turns, double original, double theta, int dims) {
    return dims * Math.log(original / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
  }

  /**
   * Which of time (0), height (1) and width (2) turns frequency j: interleaved, as {@code
   * mrope_interleaved} says.
   */
  int axis(int j) {
    int remainder = j % 3;
    return remainder != 0 && j < 3 * sections.get(remainder) ? remainder : 0;
  }
}
