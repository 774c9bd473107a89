package dev.mlxmtp.checkpoint;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;
import java.util.Arrays;
import java.util.Optional;

/**
 * A quantized weight on disk.
 *
 * @param weight uint32 {@code [..., N, K · bits / 32]}
 * @param scales {@code [..., N, K / group]}
 * @param biases like scales, in affine mode only
 */
record PackedTensor(
    TensorSource weight, TensorSource scales, Optional<TensorSource> biases, QuantFormat format) {

  /** Puts the parts of a module together and checks their dtypes. */
  static PackedTensor of(
      String module,
      TensorSource weight,
      TensorSource scales,
      Optional<TensorSource> biases,
      QuantFormat format) {
    boolean affine = format.mode().hasBiases();
    if (affine && biases.isEmpty()) {
      throw mismatch(module, format, "has no biases", weight);
    }
    if (!affine && biases.isPresent()) {
      throw mismatch(module, format, "has biases, which only affine mode has", weight);
    }
    if (affine ? !scales.dtype().isFloating() : scales.dtype() != DType.UINT8) {
      throw mismatch(module, format, "has scales of type " + scales.type(), weight);
    }
    return new PackedTensor(words(module, weight, format), scales, biases, format);
  }

  /** Payloads stored as bytes are the same bits as MLX's words. */
  private static TensorSource words(String module, TensorSource weight, QuantFormat format) {
    if (weight.dtype() == DType.UINT32) {
      return weight;
    }
    int[] shape = weight.shape();
    int last = shape.length - 1;
    if (weight.dtype() != DType.UINT8 || last < 0 || shape[last] % Integer.BYTES != 0) {
      throw mismatch(
          module, format, "has a weight of " + weight.type() + Arrays.toString(shape), weight);
    }
    shape = shape.clone();
    shape[last] /= Integer.BYTES;
    return weight.as(DType.UINT32, shape);
  }

  private static CheckpointException mismatch(
      String module, QuantFormat format, String what, TensorSource at) {
    return new CheckpointException(
        "%s is quantized as %s but %s (in %s); config and weights do not belong together."
            .formatted(module, format, what, at.file()));
  }

  /** The shape of the numbers, or empty where the parts do not fit together. */
  Optional<int[]> shape() {
    int[] logical = weight.shape().clone();
    int[] scaled = scales.shape().clone();
    int last = logical.length - 1;
    if (last < 1 || scaled.length != logical.length) {
      return Optional.empty();
    }
    long payload = (long) logical[last] * Integer.SIZE;
    long numbers = (long) scaled[last] * format.group();
    logical[last] = (int) numbers;
    scaled[last] = (int) numbers;
    boolean fits =
        payload == numbers * format.bits()
            && Arrays.equals(logical, scaled)
            && biases.stream().allMatch(b -> Arrays.equals(b.shape(), scales.shape()));
    return fits ? Optional.of(logical) : Optional.empty();
  }

  /** How the parts disagree, for messages. */
  String disagreement() {
    return "weight %s, scales %s%s do not fit %s"
        .formatted(
            Arrays.toString(weight.shape()),
            Arrays.toString(scales.shape()),
            biases.map(b -> ", biases " + Arrays.toString(b.shape())).orElse(""),
            format);
  }

  long bytes() {
    return weight.bytes() + scales.bytes() + biases.map(TensorSource::bytes).orElse(0L);
  }

  /** Engine thread only. */
  Weight.Packed read(DType compute) {
    // The product takes the wider of the dtypes of x and scales, so affine scales follow x.
    Array readScales = scales.read();
    return new Weight.Packed(
        new Fast.Packed(
            weight.read(),
            format.mode().hasBiases() ? Ops.astype(readScales, compute) : readScales,
            biases.map(b -> Ops.astype(b.read(), compute)),
            format.group(),
            format.bits(),
            format.mode()));
  }
}
