"""Writes a checkpoint of a given size with the real names of a Qwen3.5 MoE model and random BF16 weights.

What it is for: the quantizer's speed and memory on something larger than both. Experts are fused, no tensor has more
than 250 million numbers. Its text means nothing. Deterministic for a seed.
"""

import argparse
import json
import shutil
import struct
from pathlib import Path

import numpy as np

DEMO = Path(__file__).resolve().parents[4] / "notebooks" / "demo-model"
HIDDEN, WIDTH, EXPERTS, VOCABULARY, SHARD = 2048, 512, 112, 120_000, 4_000_000_000
TEXT = dict(
    model_type="qwen3_5_moe_text", vocab_size=VOCABULARY, hidden_size=HIDDEN, moe_intermediate_size=WIDTH,
    shared_expert_intermediate_size=WIDTH, intermediate_size=WIDTH, num_experts=EXPERTS, num_experts_per_tok=8,
    full_attention_interval=4, num_attention_heads=16, num_key_value_heads=2, head_dim=256, hidden_act="silu",
    rms_norm_eps=1e-6, max_position_embeddings=262144, attention_bias=False, attn_output_gate=True,
    partial_rotary_factor=0.25, norm_topk_prob=True, decoder_sparse_step=1, mlp_only_layers=[],
    rope_parameters=dict(
        rope_type="default", rope_theta=10000000, partial_rotary_factor=0.25, mrope_interleaved=True,
        mrope_section=[11, 11, 10],
    ),
    linear_conv_kernel_dim=4, linear_key_head_dim=128, linear_value_head_dim=128, linear_num_key_heads=16,
    linear_num_value_heads=32, mamba_ssm_dtype="float32", mtp_num_hidden_layers=0, tie_word_embeddings=False,
    dtype="bfloat16", eos_token_id=8176,
)  # fmt: skip


def shapes(layers):
    """Name and shape of every tensor, in the published layout."""
    yield "model.language_model.embed_tokens.weight", (VOCABULARY, HIDDEN)
    yield "lm_head.weight", (VOCABULARY, HIDDEN)
    yield "model.language_model.norm.weight", (HIDDEN,)
    for i in range(layers):
        p = f"model.language_model.layers.{i}."
        yield p + "input_layernorm.weight", (HIDDEN,)
        yield p + "post_attention_layernorm.weight", (HIDDEN,)
        if i % 4 == 3:
            yield p + "self_attn.q_proj.weight", (2 * 16 * 256, HIDDEN)
            yield p + "self_attn.k_proj.weight", (512, HIDDEN)
            yield p + "self_attn.v_proj.weight", (512, HIDDEN)
            yield p + "self_attn.o_proj.weight", (HIDDEN, 16 * 256)
            yield p + "self_attn.q_norm.weight", (256,)
            yield p + "self_attn.k_norm.weight", (256,)
        else:
            yield p + "linear_attn.in_proj_qkv.weight", (8192, HIDDEN)
            yield p + "linear_attn.in_proj_z.weight", (4096, HIDDEN)
            yield p + "linear_attn.in_proj_a.weight", (32, HIDDEN)
            yield p + "linear_attn.in_proj_b.weight", (32, HIDDEN)
            yield p + "linear_attn.conv1d.weight", (8192, 1, 4)
            yield p + "linear_attn.dt_bias", (32,)
            yield p + "linear_attn.A_log", (32,)
            yield p + "linear_attn.norm.weight", (128,)
            yield p + "linear_attn.out_proj.weight", (HIDDEN, 4096)
        yield p + "mlp.gate.weight", (EXPERTS, HIDDEN)
        yield p + "mlp.shared_expert_gate.weight", (1, HIDDEN)
        for projection, shape in (("gate", (WIDTH, HIDDEN)), ("up", (WIDTH, HIDDEN)), ("down", (HIDDEN, WIDTH))):
            yield f"{p}mlp.shared_expert.{projection}_proj.weight", shape
        yield p + "mlp.experts.gate_up_proj", (EXPERTS, 2 * WIDTH, HIDDEN)
        yield p + "mlp.experts.down_proj", (EXPERTS, HIDDEN, WIDTH)


def numbers(random, count):
    """BF16 bytes of normal numbers of deviation 0.02, from a pool, since only their distribution matters."""
    pool = (random.standard_normal(1 << 22).astype(np.float32) * 0.02).view(np.uint32)
    pool = (pool >> 16).astype("<u2")
    start = 0
    while start < count:
        yield np.roll(pool, int(random.integers(len(pool))))[: count - start].tobytes()
        start += len(pool)


def write(folder, shards, random):
    index = {}
    for i, shard in enumerate(shards):
        name, header, at = f"model-{i + 1:05d}-of-{len(shards):05d}.safetensors", {"__metadata__": {"format": "pt"}}, 0
        for tensor, shape in shard:
            size = 2 * int(np.prod(shape))
            header[tensor] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [at, at + size]}
            index[tensor] = name
            at += size
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        with open(folder / name, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            for _, shape in shard:
                for block in numbers(random, int(np.prod(shape))):
                    file.write(block)
        print(f"{name}: {at / 1e9:.2f} GB", flush=True)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--layers", type=int, default=8, help="0.76 GB each, on 0.98 GB (default: 8)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    shards, filled = [[]], 0
    for tensor, shape in shapes(options.layers):
        size = 2 * int(np.prod(shape))
        if filled + size > SHARD and shards[-1]:
            shards.append([])
            filled = 0
        shards[-1].append((tensor, shape))
        filled += size
    write(options.folder, shards, np.random.default_rng(options.seed))
    text = TEXT | {"num_hidden_layers": options.layers}
    text["layer_types"] = ["full_attention" if i % 4 == 3 else "linear_attention" for i in range(options.layers)]
    config = {"model_type": "qwen3_5_moe", "architectures": ["Qwen3_5MoeForConditionalGeneration"]}
    config |= {"tie_word_embeddings": False, "text_config": text}
    (options.folder / "config.json").write_text(json.dumps(config, indent=1))
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json"):
        shutil.copyfile(DEMO / name, options.folder / name)


if __name__ == "__main__":
    main()
