package dev.mlxmtp.session;

import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Device;
import java.util.Optional;

/**
 * How a model is loaded.
 *
 * @param device where it runs; by default the GPU where MLX has one, else the CPU
 * @param dtype of activations and of weights that are not quantized; by default float32 on the CPU
 *     and the checkpoint's own on a GPU
 */
public record SessionOptions(Optional<Device> device, Optional<DType> dtype) {

  public static SessionOptions defaults() {
    return new SessionOptions(Optional.empty(), Optional.empty());
  }
}
