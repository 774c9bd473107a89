package dev.mlxmtp.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mlxmtp.mlx.QuantMode;
import java.util.Optional;
import java.util.Set;

/**
 * How a weight is packed: {@code group} numbers of a row share a scale, each takes {@code bits}.
 *
 * @param group config key {@code group_size}
 */
public record QuantFormat(int group, int bits, QuantMode mode) {
  private static final Set<Integer> AFFINE_GROUPS = Set.of(32, 64, 128);
  private static final Set<Integer> AFFINE_BITS = Set.of(2, 3, 4, 5, 6, 8);

  /** The usual sizes of a mode, which a config may leave out. */
  public static QuantFormat defaultOf(QuantMode mode) {
    return switch (mode) {
      case AFFINE -> new QuantFormat(64, 4, mode);
      case MXFP4 -> new QuantFormat(32, 4, mode);
      case MXFP8 -> new QuantFormat(32, 8, mode);
      case NVFP4 -> new QuantFormat(16, 4, mode);
    };
  }

  /**
   * Reads {@code group_size}, {@code bits} and {@code mode}; empty where MLX has no such format.
   */
  static Optional<QuantFormat> of(JsonNode block) {
    return QuantMode.ofConfigName(block.path("mode").asText("affine"))
        .map(
            mode -> {
              QuantFormat usual = defaultOf(mode);
              return new QuantFormat(
                  block.path("group_size").asInt(usual.group),
                  block.path("bits").asInt(usual.bits),
                  mode);
            })
        .filter(QuantFormat::isSupported);
  }

  /** The format of the same family with 8 bits to a number; MXFP8 for every microscaling one. */
  public QuantFormat eightBits() {
    return mode == QuantMode.AFFINE ? new QuantFormat(group, 8, mode) : defaultOf(QuantMode.MXFP8);
  }

  private boolean isSupported() {
    return mode == QuantMode.AFFINE
        ? AFFINE_GROUPS.contains(group) && AFFINE_BITS.contains(bits)
        : equals(defaultOf(mode));
  }

  /** For example {@code mxfp4} or {@code affine 4-bit, group 64}. */
  @Override
  public String toString() {
    return mode == QuantMode.AFFINE
        ? "affine %d-bit, group %d".formatted(bits, group)
        : mode.configName();
  }
}
