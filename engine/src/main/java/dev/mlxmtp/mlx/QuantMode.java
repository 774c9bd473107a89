package dev.mlxmtp.mlx;

import java.util.Locale;
import java.util.Optional;

/** How MLX packs quantized weights, in the order of {@code mtp_quant_mode}. */
public enum QuantMode {
  AFFINE,
  MXFP4,
  MXFP8,
  NVFP4;

  /** The name in a config's {@code quantization} block. */
  public String configName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** True where each group has a bias beside its scale. */
  public boolean hasBiases() {
    return this == AFFINE;
  }

  /** The mode a config names, or empty. */
  public static Optional<QuantMode> ofConfigName(String name) {
    for (QuantMode mode : values()) {
      if (mode.configName().equals(name)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }
}
