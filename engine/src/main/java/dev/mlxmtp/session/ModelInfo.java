package dev.mlxmtp.session;

import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Device;
import dev.mlxmtp.model.Qwen35;
import dev.mlxmtp.model.Qwen35Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is loaded, and where.
 *
 * @param name of the folder
 * @param fingerprint tells the model from others, those of the same architecture too
 * @param parameters numbers in the text model and its MTP head
 * @param storedDtype of most weights in the file, or the quantization
 * @param weightBytes resident
 * @param normConvention how the norms are stored and what told so
 * @param quantization in words, absent where nothing is quantized
 * @param product the device's model, where MLX knows it
 * @param kernels the instruction set of our CPU kernels, absent where they do not serve
 * @param step what building the graph of one plain token takes
 * @param warnings a sentence for each thing that works, but not as well as it should
 */
public record ModelInfo(
    String name,
    Path folder,
    String fingerprint,
    Qwen35Config config,
    long parameters,
    String storedDtype,
    long weightBytes,
    boolean hasMtp,
    boolean hasVision,
    String normConvention,
    Optional<String> quantization,
    Device device,
    Optional<String> product,
    DType compute,
    String mlxVersion,
    Optional<String> kernels,
    Qwen35.StepCost step,
    List<String> warnings) {

  /** The device in words, {@code cpu} or {@code gpu, Apple M3 Max} for example. */
  public String place() {
    return device == Device.CPU
        ? device.label()
        : device.label() + product.map(p -> ", " + p).orElse("");
  }
}
