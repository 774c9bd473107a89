package dev.mlxmtp.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A random model of four layers with its head, as float32 tensors by canonical name, norms raw; and
 * the ways to write it down.
 */
final class TinyModel {
  record Tensor(int[] shape, float[] data) {
    Tensor reshaped(int... other) {
      return new Tensor(other, data);
    }

    Tensor plus(float value) {
      float[] sum = data.clone();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += value;
      }
      return new Tensor(shape, sum);
    }

    /** Rows {@code [from, to)} of the first axis. */
    Tensor rows(int from, int to) {
      int row = data.length / shape[0];
      int[] part = shape.clone();
      part[0] = to - from;
      return new Tensor(part, Arrays.copyOfRange(data, from * row, to * row));
    }
  }

  private static final String DENSE =
      """
      {"model_type": "qwen3_5", "tie_word_embeddings": false,
       "text_config": {"model_type": "qwen3_5_text", "vocab_size": 96, "hidden_size": 64,
         "intermediate_size": 128, "num_hidden_layers": 4, "num_attention_heads": 2,
         "num_key_value_heads": 1, "head_dim": 32, "linear_num_key_heads": 2,
         "linear_num_value_heads": 2, "linear_key_head_dim": 32, "linear_value_head_dim": 32,
         "linear_conv_kernel_dim": 4}}
      """;
  private static final String MOE =
      """
      {"model_type": "qwen3_5_moe", "tie_word_embeddings": false,
       "text_config": {"model_type": "qwen3_5_moe_text", "vocab_size": 96, "hidden_size": 64,
         "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 32,
         "shared_expert_intermediate_size": 64, "num_hidden_layers": 4, "num_attention_heads": 2,
         "num_key_value_heads": 1, "head_dim": 32, "linear_num_key_heads": 2,
         "linear_num_value_heads": 2, "linear_key_head_dim": 32, "linear_value_head_dim": 32,
         "linear_conv_kernel_dim": 4}}
      """;

  final ObjectNode config;
  final SortedMap<String, int[]> expected = new TreeMap<>();
  final SortedMap<String, Tensor> tensors = new TreeMap<>();

  private TinyModel(String json) {
    config = (ObjectNode) json(json);
    expected.putAll(Architecture.text(config.get("text_config")));
    expected.putAll(Architecture.mtp(config.get("text_config")));
    Random random = new Random(7);
    expected.forEach((name, shape) -> tensors.put(name, random(random, name, shape)));
  }

  static TinyModel dense() {
    return new TinyModel(DENSE);
  }

  static TinyModel moe() {
    return new TinyModel(MOE);
  }

  static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor random(Random random, String name, int[] shape) {
    float[] data = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    double centre =
        switch (name) {
          // Gammas of 0.4937 and 0.2734, as a published model has them.
          case "mtp.pre_fc_norm_hidden.weight" -> -0.5063;
          case "mtp.pre_fc_norm_embedding.weight" -> -0.7266;
          default -> name.endsWith("linear_attn.norm.weight") ? 1 : 0;
        };
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) (centre + 0.1 * random.nextGaussian());
    }
    return new Tensor(shape, data);
  }

  static boolean isMtp(String name) {
    return name.startsWith("mtp.");
  }

  static boolean isZeroCentred(String name) {
    return name.endsWith("norm.weight") && !name.contains("linear_attn")
        || name.matches("mtp\\.pre_fc_norm_.*");
  }

  /** Published names, {@code [C, 1, K]} convolutions, norms raw, experts stacked. */
  Map<String, Tensor> published() {
    Map<String, Tensor> out = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          boolean top = isMtp(name) || name.startsWith("lm_head");
          out.put(
              top ? name : "model.language_model." + name,
              isConvolution(name) ? tensor.reshaped(tensor.shape[0], 1, tensor.shape[1]) : tensor);
        });
    return out;
  }

  /** MLX's names, {@code [C, K, 1]} convolutions, trunk norms and the chosen MTP norms shifted. */
  Map<String, Tensor> converted(String mtpPrefix, Predicate<String> shiftedMtp) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          boolean shifted = isZeroCentred(name) && (!isMtp(name) || shiftedMtp.test(name));
          Tensor stored = shifted ? tensor.plus(1) : tensor;
          if (isConvolution(name)) {
            stored = stored.reshaped(stored.shape[0], stored.shape[1], 1);
          }
          if (isMtp(name)) {
            out.put(mtpPrefix + name, stored);
          } else if (name.startsWith("lm_head")) {
            out.put("language_model." + name, stored);
          } else {
            out.put("language_model.model." + name, stored);
          }
        });
    return out;
  }

  private static boolean isConvolution(String name) {
    return name.endsWith("conv1d.weight");
  }

  /** Replaces the stacked experts of blocks below the prefix by one tensor an expert. */
  static Map<String, Tensor> perExpert(Map<String, Tensor> stored, String prefix) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    stored.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix) && name.contains(".switch_mlp.")) {
            for (int e = 0; e < tensor.shape[0]; e++) {
              out.put(
                  name.replace(".switch_mlp.", ".experts." + e + "."),
                  tensor.rows(e, e + 1).reshaped(tensor.shape[1], tensor.shape[2]));
            }
          } else {
            out.put(name, tensor);
          }
        });
    return out;
  }

  /** Replaces the stacked experts of blocks below the prefix by the fused form. */
  static Map<String, Tensor> fused(Map<String, Tensor> stored, String prefix) {
    Map<String, Tensor> out = new LinkedHashMap<>(stored);
    for (String name : stored.keySet()) {
      if (name.startsWith(prefix) && name.endsWith(".switch_mlp.gate_proj.weight")) {
        String block = name.substring(0, name.length() - "switch_mlp.gate_proj.weight".length());
        Tensor gate = out.remove(name);
        Tensor up = out.remove(block + "switch_mlp.up_proj.weight");
        Tensor down = out.remove(block + "switch_mlp.down_proj.weight");
        int half = gate.data.length / gate.shape[0];
        float[] both = new float[2 * gate.data.length];
        for (int e = 0; e < gate.shape[0]; e++) {
          System.arraycopy(gate.data, e * half, both, 2 * e * half, half);
          System.arraycopy(up.data, e * half, both, (2 * e + 1) * half, half);
        }
        int[] shape = {gate.shape[0], 2 * gate.shape[1], gate.shape[2]};
        out.put(block + "experts.gate_up_proj", new Tensor(shape, both));
        out.put(block + "experts.down_proj", down);
      }
    }
    return out;
  }

  static Map<String, Tensor> renamed(Map<String, Tensor> stored, UnaryOperator<String> rename) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    stored.forEach((name, tensor) -> out.put(rename.apply(name), tensor));
    return out;
  }

  static Map<String, Tensor> filtered(Map<String, Tensor> stored, Predicate<String> names) {
    Map<String, Tensor> out = new LinkedHashMap<>(stored);
    out.keySet().removeIf(names.negate());
    return out;
  }

  static SafetensorsWriter writer(Map<String, Tensor> stored) {
    SafetensorsWriter writer = new SafetensorsWriter().metadata(Map.of("format", "test"));
    stored.forEach((name, tensor) -> writer.addF32(name, tensor.data, tensor.shape));
    return writer;
  }

  /** Writes config and {@code model.safetensors}. */
  Path write(Path folder, Map<String, Tensor> stored) {
    writeConfig(folder, config);
    writer(stored).write(folder.resolve("model.safetensors"));
    return folder;
  }

  static void writeConfig(Path folder, JsonNode config) {
    writeText(folder.resolve("config.json"), config.toString());
  }

  static void writeText(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
