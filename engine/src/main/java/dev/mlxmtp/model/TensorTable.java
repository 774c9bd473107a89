package dev.mlxmtp.model;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tensors a checkpoint of a given architecture must hold, by published name without the text
 * model's prefix, with their shapes. The loader refuses a folder that has fewer, others, or other
 * shapes.
 */
final class TensorTable {
  private final Map<String, int[]> table = new LinkedHashMap<>();
  private final Qwen35Config config;

  private TensorTable(Qwen35Config config) {
    this.config = config;
  }

  static Map<String, int[]> of(Qwen35Config config, boolean mtp) {
    TensorTable t = new TensorTable(config);
    int hidden = config.hiddenSize();
    t.put("embed_tokens.weight", config.vocabularySize(), hidden);
    t.put("norm.weight", hidden);
    if (!config.tiedEmbeddings()) {
      t.put("lm_head.weight", config.vocabularySize(), hidden);
    }
    for (int i = 0; i < config.layers().size(); i++) {
      t.layer("layers." + i + ".", config.layers().get(i));
    }
    if (mtp) {
      t.put("mtp.fc.weight", hidden, 2 * hidden);
      t.put("mtp.pre_fc_norm_embedding.weight", hidden);
      t.put("mtp.pre_fc_norm_hidden.weight", hidden);
      t.put("mtp.norm.weight", hidden);
      t.layer("mtp.layers.0.", Qwen35Config.Mixer.FULL_ATTENTION);
    }
    return t.table;
  }

  private void layer(String p, Qwen35Config.Mixer mixer) {
    put(p + "input_layernorm.weight", config.hiddenSize());
    put(p + "post_attention_layernorm.weight", config.hiddenSize());
    switch (mixer) {
      case FULL_ATTENTION -> attention(p + "self_attn.");
      case LINEAR_ATTENTION -> deltaNet(p + "linear_attn.");
    }
    config
        .moe()
        .ifPresentOrElse(
            moe -> sparse(p + "mlp.", moe), () -> mlp(p + "mlp.", config.intermediateSize()));
  }

  private void attention(String p) {
    int queries = config.attentionHeads() * config.headDim();
    int keys = config.keyValueHeads() * config.headDim();
    projection(p + "q_proj", config.outputGate() ? 2 * queries : queries, config.hiddenSize());
    projection(p + "k_proj", keys, config.hiddenSize());
    projection(p + "v_proj", keys, config.hiddenSize());
    projection(p + "o_proj", config.hiddenSize(), queries);
    put(p + "q_norm.weight", config.headDim());
    put(p + "k_norm.weight", config.headDim());
  }

  private void projection(String name, int out, int in) {
    put(name + ".weight", out, in);
    if (config.attentionBias()) {
      put(name + ".bias", out);
    }
  }

  private void deltaNet(String p) {
    int values = config.valueHeads() * config.valueHeadDim();
    put(p + "in_proj_qkv.weight", config.convChannels(), config.hiddenSize());
    put(p + "in_proj_z.weight", values, config.hiddenSize());
    put(p + "in_proj_a.weight", config.valueHeads(), config.hiddenSize());
    put(p + "in_proj_b.weight", config.valueHeads(), config.hiddenSize());
    put(p + "conv1d.weight", config.convChannels(), config.convKernel());
    put(p + "dt_bias", config.valueHeads());
    put(p + "A_log", config.valueHeads());
    put(p + "norm.weight", config.valueHeadDim());
    put(p + "out_proj.weight", config.hiddenSize(), values);
  }

  private void mlp(String p, int intermediate) {
    put(p + "gate_proj.weight", intermediate, config.hiddenSize());
    put(p + "up_proj.weight", intermediate, config.hiddenSize());
    put(p + "down_proj.weight", config.hiddenSize(), intermediate);
  }

  private void sparse(String p, Qwen35Config.Moe moe) {
    put(p + "gate.weight", moe.experts(), config.hiddenSize());
    put(
        p + "switch_mlp.gate_proj.weight",
        moe.experts(),
        moe.intermediateSize(),
        config.hiddenSize());
    put(
        p + "switch_mlp.up_proj.weight",
        moe.experts(),
        moe.intermediateSize(),
        config.hiddenSize());
    put(
        p + "switch_mlp.down_proj.weight",
        moe.experts(),
        config.hiddenSize(),
        moe.intermediateSize());
    put(p + "shared_expert_gate.weight", 1, config.hiddenSize());
    mlp(p + "shared_expert.", moe.sharedIntermediateSize());
  }

  private void put(String name, int... shape) {
    table.put(name, shape);
  }
}
