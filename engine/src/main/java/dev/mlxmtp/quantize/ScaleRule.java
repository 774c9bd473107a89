package dev.mlxmtp.quantize;

import java.util.Locale;

/** How a group's scale is chosen; readers do not notice. */
public enum ScaleRule {
  /** The one that leaves the least error. */
  BEST,
  /** MLX's own, with its rounding, to the byte as on its CPU stream. */
  MLX;

  /** As options and configs name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
