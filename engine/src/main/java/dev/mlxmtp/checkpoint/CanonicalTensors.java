package dev.mlxmtp.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tensors of a checkpoint under their canonical names and in canonical layout, with the form of
 * the norms.
 *
 * @param dense plain tensors
 * @param packed quantized weights by the name of their {@code .weight}
 */
record CanonicalTensors(
    SortedMap<String, TensorSource> dense, SortedMap<String, PackedTensor> packed, Norms norms) {
  private static final String WEIGHT = ".weight";
  private static final String SCALES = ".scales";
  private static final String BIASES = ".biases";
  private static final String FP8_SCALE = ".weight_scale_inv";
  private static final String CONVOLUTION = ".linear_attn.conv1d.weight";
  private static final String PATCHES = Names.VISION + "patch_embed.proj.weight";
  private static final String HEAD = "lm_head.";

  static CanonicalTensors of(
      Path configFile, ConfigFiles config, SortedMap<String, TensorSource> raw) {
    SortedMap<String, TensorSource> tensors = ExpertLayout.unify(rename(raw, config.isTied()));
    Norms norms = straightenConvolutions(tensors);
    config.vision().ifPresent(vision -> straightenPatches(tensors, vision));
    SortedMap<String, PackedTensor> packed = new TreeMap<>();
    QuantConfig quantization = QuantConfig.of(configFile, config.config(), config.text());
    for (String scales : tensors.keySet().stream().filter(n -> n.endsWith(SCALES)).toList()) {
      String module = scales.substring(0, scales.length() - SCALES.length());
      packed.put(module + WEIGHT, pack(module, tensors, quantization));
    }
    tensors.forEach(CanonicalTensors::refuseUnscaled);
    return new CanonicalTensors(tensors, packed, norms);
  }

  private static SortedMap<String, TensorSource> rename(
      SortedMap<String, TensorSource> raw, boolean tied) {
    SortedMap<String, TensorSource> renamed = new TreeMap<>();
    for (TensorSource source : raw.values()) {
      if (source.rawName().endsWith(FP8_SCALE)) {
        throw QuantConfig.fp8(source.file());
      }
      String name = Names.canonical(source.rawName());
      if (tied && name.startsWith(HEAD)) {
        continue;
      }
      TensorSource before = renamed.put(name, source);
      if (before != null) {
        throw new CheckpointException(
            "%s (in %s) and %s (in %s) are the same tensor in two layouts; keep the files of one."
                .formatted(before.rawName(), before.file(), source.rawName(), source.file()));
      }
    }
    return renamed;
  }

  /**
   * Makes convolutions {@code [C, K]}; which axis they had in excess tells how norms are stored.
   */
  private static Norms straightenConvolutions(SortedMap<String, TensorSource> tensors) {
    Optional<TensorSource> published = Optional.empty();
    Optional<TensorSource> converted = Optional.empty();
    for (String name : tensors.keySet().stream().filter(n -> n.endsWith(CONVOLUTION)).toList()) {
      TensorSource source = tensors.get(name);
      int[] shape = source.shape();
      if (shape.length != 3 || (shape[1] == 1) == (shape[2] == 1)) {
        continue;
      }
      if (shape[2] == 1) {
        converted = Optional.of(source);
      } else {
        published = Optional.of(source);
      }
      tensors.put(name, source.as(source.dtype(), shape[0], shape[1] * shape[2]));
    }
    if (published.isPresent() && converted.isPresent()) {
      throw new CheckpointException(
          ("%s is in the published layout [C, 1, K] and %s in MLX's [C, K, 1], so how the norms "
                  + "are stored is undecided; convert the whole model anew.")
              .formatted(published.get().rawName(), converted.get().rawName()));
    }
    if (published.isPresent()) {
      return new Norms(tensors, NormForm.RAW, "conv1d.weight is [C, 1, K], the published layout");
    }
    if (converted.isPresent()) {
      return new Norms(tensors, NormForm.SHIFTED, "conv1d.weight is [C, K, 1], MLX's layout");
    }
    boolean named = tensors.values().stream().anyMatch(s -> Names.isConverted(s.rawName()));
    return new Norms(
        tensors,
        named ? NormForm.SHIFTED : NormForm.RAW,
        "no conv1d.weight tells, the names are " + (named ? "MLX's" : "the published ones"));
  }

  /** Makes the patch projection {@code [O, C, T, P, P]} from MLX's {@code [O, T, P, P, C]}. */
  private static void straightenPatches(SortedMap<String, TensorSource> tensors, JsonNode vision) {
    int channels = vision.path("in_channels").asInt(3);
    int patch = vision.path("patch_size").asInt(16);
    tensors.computeIfPresent(
        PATCHES,
        (name, source) -> {
          int[] shape = source.shape();
          boolean published =
              shape.length != 5 || (shape[1] == channels && shape[3] == patch && shape[4] == patch);
          return published || shape[4] != channels ? source : source.permuted(0, 4, 1, 2, 3);
        });
  }

  private static PackedTensor pack(
      String module, SortedMap<String, TensorSource> tensors, QuantConfig quantization) {
    TensorSource scales = tensors.remove(module + SCALES);
    Optional<TensorSource> biases = Optional.ofNullable(tensors.remove(module + BIASES));
    TensorSource weight = tensors.remove(module + WEIGHT);
    if (weight == null) {
      throw new CheckpointException(
          "%s holds %s.scales, but no file holds its weight; download the model again."
              .formatted(scales.file(), module));
    }
    return PackedTensor.of(module, weight, scales, biases, quantization.formatOf(module));
  }

  private static void refuseUnscaled(String name, TensorSource source) {
    boolean packed = name.endsWith(WEIGHT) && !source.dtype().isFloating();
    if (packed || source.type().startsWith("F8_")) {
      throw new CheckpointException(
          ("%s stores %s as %s without scales beside it; use the BF16 checkpoint or one quantized "
                  + "for MLX.")
              .formatted(source.file(), source.rawName(), source.type()));
    }
  }
}
