package dev.mlxmtp.checkpoint;

import static dev.mlxmtp.checkpoint.PackedFixture.MXFP4;
import static dev.mlxmtp.checkpoint.PackedFixture.Q;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.checkpoint.TinyModel.Tensor;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.QuantMode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A checkpoint of the tiny model, as MLX's converter names it, some of whose modules are packed.
 */
final class PackedFixture {
  static final String Q = "layers.3.self_attn.q_proj";
  static final QuantFormat MXFP4 = new QuantFormat(32, 4, QuantMode.MXFP4);

  private final Path folder;
  TinyModel model = TinyModel.dense();
  Map<String, QuantFormat> plan = new LinkedHashMap<>(Map.of(Q, MXFP4));
  boolean payloadAsBytes;

  PackedFixture(Path folder) {
    this.folder = folder;
  }

  ObjectNode quantization() {
    return model.config.withObject("/quantization");
  }

  static ObjectNode put(ObjectNode node, QuantFormat format) {
    node.put("group_size", format.group()).put("bits", format.bits());
    if (format.mode() != QuantMode.AFFINE) {
      node.put("mode", format.mode().configName());
    }
    return node;
  }

  Array source(String module) {
    Tensor tensor = model.tensors.get(module + ".weight");
    return Array.of(tensor.data(), tensor.shape());
  }

  Fast.Packed packed(String module) {
    QuantFormat format = plan.get(module);
    return Fast.quantize(source(module), format.group(), format.bits(), format.mode());
  }

  /** Everything as MLX's converter names it, the planned modules packed. */
  Map<String, Array> parts() {
    Map<String, Array> parts = new LinkedHashMap<>();
    model
        .converted("language_model.", name -> true)
        .forEach(
            (name, tensor) -> {
              String module = Names.canonical(name).replaceFirst("\\.weight$", "");
              if (plan.containsKey(module)) {
                String path = name.replaceFirst("\\.weight$", "");
                Fast.Packed p = packed(module);
                parts.put(name, p.weight());
                parts.put(path + ".scales", p.scales());
                p.biases().ifPresent(b -> parts.put(path + ".biases", b));
              } else {
                parts.put(name, Array.of(tensor.data(), tensor.shape()));
              }
            });
    return parts;
  }

  Checkpoint open(Map<String, Array> parts) {
    TinyModel.writeConfig(folder, model.config);
    SafetensorsWriter writer = new SafetensorsWriter();
    parts.forEach(
        (name, array) -> {
          if (payloadAsBytes && array.dtype() == DType.UINT32) {
            int[] shape = array.shape();
            shape[shape.length - 1] *= Integer.BYTES;
            writer.add(name, "F8_E4M3", array.toBytes(), shape);
          } else if (payloadAsBytes && array.dtype() == DType.UINT8) {
            writer.add(name, "F8_E8M0", array.toBytes(), array.shape());
          } else {
            writer.add(name, array);
          }
        });
    writer.write(folder.resolve("model.safetensors"));
    return Checkpoint.open(folder);
  }
}
