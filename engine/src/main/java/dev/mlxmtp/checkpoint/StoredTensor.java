package dev.mlxmtp.checkpoint;

import dev.mlxmtp.mlx.DType;

/**
 * A tensor as a safetensors header lists it.
 *
 * @param name as in the file
 * @param type the header's dtype name, for example {@code BF16} or {@code F8_E4M3}
 * @param dtype what MLX reads it as; 8-bit floats arrive as {@link DType#UINT8}
 * @param offset position of the first byte in the file
 */
public record StoredTensor(
    String name, String type, DType dtype, int[] shape, long offset, long bytes) {
  public StoredTensor {
    shape = shape.clone();
  }

  /** A copy of the shape. */
  @Override
  public int[] shape() {
    return shape.clone();
  }
}
