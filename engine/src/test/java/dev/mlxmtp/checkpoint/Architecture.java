package dev.mlxmtp.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SortedMap;
import java.util.TreeMap;

/** The tensors that a config asks for, by canonical name: an independent statement for tests. */
final class Architecture {
  private final SortedMap<String, int[]> shapes = new TreeMap<>();
  private final JsonNode text;
  private final int hidden;

  private Architecture(JsonNode text) {
    this.text = text;
    this.hidden = size("hidden_size");
  }

  private int size(String key) {
    return text.get(key).intValue();
  }

  static SortedMap<String, int[]> text(JsonNode text) {
    Architecture a = new Architecture(text);
    a.shapes.put("embed_tokens.weight", new int[] {a.size("vocab_size"), a.hidden});
    a.norm("norm");
    if (!text.path("tie_word_embeddings").asBoolean()) {
      a.matrix("lm_head", a.size("vocab_size"), a.hidden);
    }
    int interval = text.path("full_attention_interval").asInt(4);
    for (int i = 0; i < a.size("num_hidden_layers"); i++) {
      a.layer("layers." + i, (i + 1) % interval == 0);
    }
    return a.shapes;
  }

  static SortedMap<String, int[]> mtp(JsonNode text) {
    Architecture a = new Architecture(text);
    a.matrix("mtp.fc", a.hidden, 2 * a.hidden);
    a.norm("mtp.norm");
    a.norm("mtp.pre_fc_norm_embedding");
    a.norm("mtp.pre_fc_norm_hidden");
    a.layer("mtp.layers.0", true);
    return a.shapes;
  }

  /** Of a tower with three colours, patches of 16 and two frames, and a 48 x 48 position table. */
  static SortedMap<String, int[]> vision(int depth, int hidden, int ff, int out) {
    SortedMap<String, int[]> v = new TreeMap<>();
    linear(v, "visual.patch_embed.proj", hidden, 3, 2, 16, 16);
    v.put("visual.pos_embed.weight", new int[] {2304, hidden});
    for (int i = 0; i < depth; i++) {
      String block = "visual.blocks." + i;
      linear(v, block + ".norm1", hidden);
      linear(v, block + ".norm2", hidden);
      linear(v, block + ".attn.qkv", 3 * hidden, hidden);
      linear(v, block + ".attn.proj", hidden, hidden);
      linear(v, block + ".mlp.linear_fc1", ff, hidden);
      linear(v, block + ".mlp.linear_fc2", hidden, ff);
    }
    linear(v, "visual.merger.norm", hidden);
    linear(v, "visual.merger.linear_fc1", 4 * hidden, 4 * hidden);
    linear(v, "visual.merger.linear_fc2", out, 4 * hidden);
    return v;
  }

  private static void linear(SortedMap<String, int[]> v, String module, int... shape) {
    v.put(module + ".weight", shape);
    v.put(module + ".bias", new int[] {shape[0]});
  }

  private void matrix(String module, int... shape) {
    shapes.put(module + ".weight", shape);
  }

  private void norm(String module) {
    matrix(module, hidden);
  }

  private void layer(String layer, boolean full) {
    norm(layer + ".input_layernorm");
    norm(layer + ".post_attention_layernorm");
    if (full) {
      attention(layer + ".self_attn");
    } else {
      deltaNet(layer + ".linear_attn");
    }
    if (text.has("num_experts")) {
      experts(layer + ".mlp");
    } else {
      mlp(layer + ".mlp", size("intermediate_size"));
    }
  }

  private void attention(String at) {
    int head = size("head_dim");
    int queries = size("num_attention_heads") * head;
    int keys = size("num_key_value_heads") * head;
    matrix(at + ".q_proj", 2 * queries, hidden);
    matrix(at + ".k_proj", keys, hidden);
    matrix(at + ".v_proj", keys, hidden);
    matrix(at + ".o_proj", hidden, queries);
    matrix(at + ".q_norm", head);
    matrix(at + ".k_norm", head);
  }

  private void deltaNet(String at) {
    int heads = size("linear_num_value_heads");
    int values = heads * size("linear_value_head_dim");
    int all = 2 * size("linear_num_key_heads") * size("linear_key_head_dim") + values;
    matrix(at + ".in_proj_qkv", all, hidden);
    matrix(at + ".in_proj_z", values, hidden);
    matrix(at + ".in_proj_a", heads, hidden);
    matrix(at + ".in_proj_b", heads, hidden);
    matrix(at + ".conv1d", all, size("linear_conv_kernel_dim"));
    shapes.put(at + ".dt_bias", new int[] {heads});
    shapes.put(at + ".A_log", new int[] {heads});
    matrix(at + ".norm", size("linear_value_head_dim"));
    matrix(at + ".out_proj", hidden, values);
  }

  private void mlp(String at, int ff) {
    matrix(at + ".gate_proj", ff, hidden);
    matrix(at + ".up_proj", ff, hidden);
    matrix(at + ".down_proj", hidden, ff);
  }

  private void experts(String at) {
    int experts = size("num_experts");
    int ff = size("moe_intermediate_size");
    matrix(at + ".gate", experts, hidden);
    matrix(at + ".shared_expert_gate", 1, hidden);
    mlp(at + ".shared_expert", size("shared_expert_intermediate_size"));
    matrix(at + ".switch_mlp.gate_proj", experts, ff, hidden);
    matrix(at + ".switch_mlp.up_proj", experts, ff, hidden);
    matrix(at + ".switch_mlp.down_proj", experts, hidden, ff);
  }
}
