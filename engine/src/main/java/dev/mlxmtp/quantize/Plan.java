package dev.mlxmtp.quantize;

import dev.mlxmtp.checkpoint.QuantFormat;
import dev.mlxmtp.checkpoint.RawCheckpoint;
import dev.mlxmtp.checkpoint.RawTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run would do, tensor by tensor. Making it reads headers only and refuses sources that
 * cannot be quantized.
 *
 * @param format of what no rule says otherwise
 */
public record Plan(RawCheckpoint source, QuantFormat format, List<Planned> tensors) {

  /**
   * @throws QuantizeException where the source is packed already or holds a type that is unknown
   */
  public static Plan of(RawCheckpoint source, QuantFormat format, Recipe recipe) {
    source
        .packedModule()
        .ifPresent(
            module -> {
              throw new QuantizeException(
                  ("%s is quantized already (%s has scales); give the folder of the BF16 checkpoint"
                          + " it was made from.")
                      .formatted(source.folder(), module));
            });
    List<Planned> tensors = new ArrayList<>();
    for (RawTensor tensor : source.tensors().values()) {
      tensors.add(planned(source, tensor, recipe));
    }
    return new Plan(source, format, List.copyOf(tensors));
  }

  private static Planned planned(RawCheckpoint source, RawTensor tensor, Recipe recipe) {
    FloatType type =
        FloatType.of(tensor.type())
            .orElseThrow(
                () ->
                    new QuantizeException(
                        "%s stores %s as %s; sources are BF16, F16, F32 or FP8 with block scales."
                            .formatted(tensor.file(), tensor.name(), tensor.type())));
    Optional<RawTensor> factors = source.blockScales(tensor);
    if (type == FloatType.F8_E4M3 && factors.isEmpty()) {
      throw new QuantizeException(
          "%s stores %s as FP8 without its %s_scale_inv; download the model again."
              .formatted(tensor.file(), tensor.name(), tensor.name()));
    }
    Optional<Rule> rule = recipe.ruleFor(tensor.canonical());
    Optional<QuantFormat> wanted = rule.flatMap(Rule::format);
    String reason = rule.map(Rule::reason).orElse("no rule");
    if (source.isTied() && tensor.canonical().startsWith("lm_head.")) {
      wanted = Optional.empty();
      reason = "unused, the embedding is tied";
    }
    if (wanted.isPresent()) {
      String unfit = unfit(tensor.shape(), wanted.get());
      if (!unfit.isEmpty()) {
        wanted = Optional.empty();
        reason = unfit;
      }
    }
    return new Planned(tensor, factors, type, wanted, reason);
  }

  private static String unfit(int[] shape, QuantFormat format) {
    if (shape.length < 2) {
      return "a vector";
    }
    int width = shape[shape.length - 1];
    if (width == 0) {
      return "empty";
    }
    return width % format.group() == 0
        ? ""
        : "rows of %d are no multiple of %d".formatted(width, format.group());
  }

  /** Bytes of all tensors in the source. */
  public long bytesBefore() {
    return tensors.stream().mapToLong(Planned::bytesBefore).sum();
  }

  /** Bytes of all tensors in the output. */
  public long bytesAfter() {
    return tensors.stream().mapToLong(Planned::bytesAfter).sum();
  }
}
