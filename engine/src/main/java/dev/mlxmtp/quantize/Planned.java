package dev.mlxmtp.quantize;

import dev.mlxmtp.checkpoint.QuantFormat;
import dev.mlxmtp.checkpoint.RawTensor;
import java.util.Optional;

/**
 * What becomes of one tensor.
 *
 * @param source where its numbers come from
 * @param blockScales its factors, where it is stored as FP8
 * @param type what it is stored as
 * @param format empty: it keeps its type, or BF16 where that was FP8
 * @param reason why
 */
public record Planned(
    RawTensor source,
    Optional<RawTensor> blockScales,
    FloatType type,
    Optional<QuantFormat> format,
    String reason) {
  private static final String WEIGHT = ".weight";

  public String name() {
    return source.name();
  }

  /** The module that a packed tensor belongs to, under the file's own name. */
  public String module() {
    return name().endsWith(WEIGHT)
        ? name().substring(0, name().length() - WEIGHT.length())
        : name();
  }

  /** Numbers in it. */
  public long size() {
    return source.bytes() / type.bytes();
  }

  /** Numbers in a row. */
  public int width() {
    int[] shape = source.shape();
    return shape.length == 0 ? 1 : shape[shape.length - 1];
  }

  /** Bytes in the source, factors included. */
  public long bytesBefore() {
    return source.bytes() + blockScales.map(RawTensor::bytes).orElse(0L);
  }

  /** Bytes in the output, scales included. */
  public long bytesAfter() {
    return Parts.of(this).bytes();
  }

  /** The type it keeps or gets where it is not packed. */
  FloatType keptType() {
    return type == FloatType.F8_E4M3 ? FloatType.BF16 : type;
  }
}
