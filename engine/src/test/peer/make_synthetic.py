"""Writes a checkpoint with the real shapes of Qwen3.5-0.8B and random weights of the right scale.

What it is for: speed at a size that no cache holds. Its text means nothing. The tokenizer and template are the demo
model's; ids above them are padding rows, as in the published models. Deterministic for a seed.
"""

import argparse
import json
import shutil
import struct
from pathlib import Path

import numpy as np

DEMO = Path(__file__).resolve().parents[4] / "notebooks" / "demo-model"
TEXT = dict(
    model_type="qwen3_5_text", vocab_size=248320, hidden_size=1024, intermediate_size=3584, num_hidden_layers=24,
    full_attention_interval=4, num_attention_heads=8, num_key_value_heads=2, head_dim=256, hidden_act="silu",
    rms_norm_eps=1e-6, max_position_embeddings=262144, attention_bias=False, attn_output_gate=True,
    partial_rotary_factor=0.25,
    rope_parameters=dict(
        rope_type="default", rope_theta=10000000, partial_rotary_factor=0.25, mrope_interleaved=True,
        mrope_section=[11, 11, 10],
    ),
    linear_conv_kernel_dim=4, linear_key_head_dim=128, linear_value_head_dim=128, linear_num_key_heads=16,
    linear_num_value_heads=16, mamba_ssm_dtype="float32", mtp_num_hidden_layers=1, tie_word_embeddings=True,
    dtype="bfloat16", eos_token_id=8176,
)  # fmt: skip


def shapes(layers, vocabulary):
    """Name, shape and kind of every tensor, in the published layout."""
    h, ff = TEXT["hidden_size"], TEXT["intermediate_size"]
    heads, kv, dim = TEXT["num_attention_heads"], TEXT["num_key_value_heads"], TEXT["head_dim"]
    hk, hv, d = TEXT["linear_num_key_heads"], TEXT["linear_num_value_heads"], TEXT["linear_key_head_dim"]

    def layer(p, full):
        yield p + "input_layernorm.weight", (h,), "zero"
        yield p + "post_attention_layernorm.weight", (h,), "zero"
        if full:
            yield p + "self_attn.q_proj.weight", (2 * heads * dim, h), "matrix"
            yield p + "self_attn.k_proj.weight", (kv * dim, h), "matrix"
            yield p + "self_attn.v_proj.weight", (kv * dim, h), "matrix"
            yield p + "self_attn.o_proj.weight", (h, heads * dim), "matrix"
            yield p + "self_attn.q_norm.weight", (dim,), "zero"
            yield p + "self_attn.k_norm.weight", (dim,), "zero"
        else:
            yield p + "linear_attn.in_proj_qkv.weight", ((2 * hk + hv) * d, h), "matrix"
            yield p + "linear_attn.in_proj_z.weight", (hv * d, h), "matrix"
            yield p + "linear_attn.in_proj_a.weight", (hv, h), "matrix"
            yield p + "linear_attn.in_proj_b.weight", (hv, h), "matrix"
            yield p + "linear_attn.conv1d.weight", ((2 * hk + hv) * d, 1, 4), "conv"
            yield p + "linear_attn.dt_bias", (hv,), "zero"
            yield p + "linear_attn.A_log", (hv,), "decay"
            yield p + "linear_attn.norm.weight", (d,), "one"
            yield p + "linear_attn.out_proj.weight", (h, hv * d), "matrix"
        yield p + "mlp.gate_proj.weight", (ff, h), "matrix"
        yield p + "mlp.up_proj.weight", (ff, h), "matrix"
        yield p + "mlp.down_proj.weight", (h, ff), "matrix"

    text = "model.language_model."
    yield text + "embed_tokens.weight", (vocabulary, h), "embedding"
    yield text + "norm.weight", (h,), "zero"
    for i in range(layers):
        yield from layer(f"{text}layers.{i}.", (i + 1) % TEXT["full_attention_interval"] == 0)
    yield "mtp.fc.weight", (h, 2 * h), "matrix"
    for name in ("pre_fc_norm_embedding", "pre_fc_norm_hidden", "norm"):
        yield f"mtp.{name}.weight", (h,), "zero"
    yield from layer("mtp.layers.0.", True)


def values(shape, kind, rng):
    if kind == "zero":
        return 0.1 * rng.standard_normal(shape, np.float32)
    if kind == "one":
        return 1 + 0.1 * rng.standard_normal(shape, np.float32)
    if kind == "decay":
        return np.log(1 + 15 * rng.random(shape, np.float32))
    if kind == "conv":
        return rng.random(shape, np.float32) - 0.5
    if kind == "embedding":
        return 0.02 * rng.standard_normal(shape, np.float32)
    return rng.standard_normal(shape, np.float32) / np.sqrt(shape[-1], dtype=np.float32)


def bfloat16(x):
    bits = np.ascontiguousarray(x, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def write(path, tensors, rng):
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, shape, _ in tensors:
        size = 2 * int(np.prod(shape))
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, shape, kind in tensors:
            file.write(bfloat16(values(shape, kind, rng)).tobytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="a new folder")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--layers", type=int, default=TEXT["num_hidden_layers"])
    parser.add_argument("--vocabulary", type=int, default=TEXT["vocab_size"])
    options = parser.parse_args()
    options.out.mkdir(parents=True)
    text = dict(TEXT, num_hidden_layers=options.layers, vocab_size=options.vocabulary)
    config = dict(
        architectures=["Qwen3_5ForConditionalGeneration"], model_type="qwen3_5", tie_word_embeddings=True,
        dtype="bfloat16", vocab_size=options.vocabulary, text_config=text,
    )  # fmt: skip
    (options.out / "config.json").write_text(json.dumps(config, indent=2))
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json"):
        shutil.copy(DEMO / name, options.out / name)
    write(
        options.out / "model.safetensors",
        list(shapes(options.layers, options.vocabulary)),
        np.random.default_rng(options.seed),
    )


if __name__ == "__main__":
    main()
