#!/usr/bin/env python3
"""Write a Qwen3.5 text model (dense, Gated DeltaNet hybrid) as a GGUF file for llama.cpp.

    to_gguf.py MODEL_DIR OUT.gguf [--type bf16] [--head TYPE]

MODEL_DIR is a Hugging Face folder: config.json, tokenizer.json and one or more
*.safetensors (bf16, f16 or f32).  Needs only the PyPI packages `gguf` and `numpy`
(tried with gguf 0.19.0, numpy 2); no torch, no transformers, no llama.cpp checkout.

Why not llama.cpp's own convert_hf_to_gguf.py: it knows a tokenizer by the hash of a
test string and refuses one it was not told of, such as that of a synthetic model.
What is done to the tensors is otherwise the same (llama.cpp v0.5.0,
conversion/qwen.py: Qwen3NextModel, _LinearAttentionVReorderBase, _Qwen35MRopeMixin):

  * `A_log` becomes `ssm_a` = -exp(A_log);
  * `conv1d.weight` [C, 1, K] loses its middle axis;
  * the zero-centred RMS norms get +1 (input, post-attention, q, k and final norm);
    the gated norm in linear attention is not zero-centred and is left alone;
  * with fewer key heads than value heads, value heads go from grouped order
    (k0v0 k0v1 k1v0 k1v1) to tiled order (k0v0 k1v0 k0v1 k1v1), which ggml's broadcast
    wants; with as many of both (0.8B, 2B) nothing moves;
  * one-dimensional tensors, norms and the conv kernel are stored as F32;
  * a tied lm_head is left out: llama.cpp then reads token_embd for both;
  * vision and MTP tensors are left out.

--type is the type of every matrix.  --head names another type for token_embd, which
in a tied model is also the output matrix (a third of the 0.8B model's weights).
Quantised types use gguf.quants, plain round-to-nearest as in ggml's reference code;
the K-quants are not in gguf.quants, so take a bf16 file and llama-quantize for those.
Note that `llama-quantize ... Q4_0` makes a tied token_embd Q6_K unless told --pure,
whereas `--type q4_0` here makes it Q4_0.
"""
import argparse
import json
import struct
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as GT

TYPES = {t.name.lower(): t for t in (GT.F32, GT.F16, GT.BF16, GT.Q8_0, GT.Q4_0, GT.Q4_1, GT.Q5_0, GT.Q5_1, GT.MXFP4)}
FILE_TYPES = {  # general.file_type: only a label
    "f32": gguf.LlamaFileType.ALL_F32, "f16": gguf.LlamaFileType.MOSTLY_F16,
    "bf16": gguf.LlamaFileType.MOSTLY_BF16, "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
    "q4_0": gguf.LlamaFileType.MOSTLY_Q4_0, "q4_1": gguf.LlamaFileType.MOSTLY_Q4_1,
    "q5_0": gguf.LlamaFileType.MOSTLY_Q5_0, "q5_1": gguf.LlamaFileType.MOSTLY_Q5_1,
    "mxfp4": gguf.LlamaFileType.MOSTLY_MXFP4_MOE,         # there is no label for a dense one
}

# Hugging Face name inside a layer -> GGUF name inside a block
LAYER = {
    "input_layernorm.weight": "attn_norm.weight",
    "post_attention_layernorm.weight": "post_attention_norm.weight",
    "self_attn.q_proj.weight": "attn_q.weight",          # query and output gate, interleaved by head
    "self_attn.k_proj.weight": "attn_k.weight",
    "self_attn.v_proj.weight": "attn_v.weight",
    "self_attn.o_proj.weight": "attn_output.weight",
    "self_attn.q_norm.weight": "attn_q_norm.weight",
    "self_attn.k_norm.weight": "attn_k_norm.weight",
    "linear_attn.in_proj_qkv.weight": "attn_qkv.weight",
    "linear_attn.in_proj_z.weight": "attn_gate.weight",
    "linear_attn.in_proj_a.weight": "ssm_alpha.weight",
    "linear_attn.in_proj_b.weight": "ssm_beta.weight",
    "linear_attn.conv1d.weight": "ssm_conv1d.weight",
    "linear_attn.dt_bias": "ssm_dt.bias",
    "linear_attn.A_log": "ssm_a",
    "linear_attn.norm.weight": "ssm_norm.weight",
    "linear_attn.out_proj.weight": "ssm_out.weight",
    "mlp.gate_proj.weight": "ffn_gate.weight",
    "mlp.up_proj.weight": "ffn_up.weight",
    "mlp.down_proj.weight": "ffn_down.weight",
}
TOP = {
    "embed_tokens.weight": "token_embd.weight",
    "norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}
ZERO_CENTRED = ("layernorm.weight", "q_norm.weight", "k_norm.weight")


def tensors(folder):
    """Yield (name, array) over all safetensors files; bf16 stays as uint16."""
    for path in sorted(folder.glob("*.safetensors")):
        with open(path, "rb") as f:
            size = struct.unpack("<Q", f.read(8))[0]
            header = json.loads(f.read(size))
        data = np.memmap(path, np.uint8, "r", offset=8 + size)
        for name, t in header.items():
            if name == "__metadata__":
                continue
            dtype = {"BF16": np.uint16, "F16": np.float16, "F32": np.float32}[t["dtype"]]
            a, b = t["data_offsets"]
            yield name, data[a:b].view(dtype).reshape(t["shape"])


def to_f32(a):
    if a.dtype == np.uint16:                              # bf16: the upper half of an f32
        return (a.astype(np.uint32) << 16).view(np.float32)
    return a.astype(np.float32)


def gguf_name(name):
    """The GGUF name of a Hugging Face tensor, or None for one that is left out."""
    if "visual" in name or name.startswith(("mtp.", "model.mtp.")):
        return None
    for prefix in ("model.language_model.", "language_model.model.", "language_model.", "model."):
        if name.startswith(prefix):
            name = name[len(prefix):]
            break
    if name in TOP:
        return TOP[name]
    layers, index, rest = name.split(".", 2)
    if layers != "layers" or rest not in LAYER:
        raise SystemExit(f"unknown tensor: {name}")
    return f"blk.{index}.{LAYER[rest]}"


def retile(a, axis, nk, nv, dim):
    """Value heads along an axis: grouped by key head -> tiled over key heads."""
    shape = a.shape
    a = a.reshape(*shape[:axis], nk, nv // nk, dim, *shape[axis + 1:])
    return np.ascontiguousarray(a.swapaxes(axis, axis + 1)).reshape(shape)


def reorder_value_heads(name, a, c):
    nk, nv = c["linear_num_key_heads"], c["linear_num_value_heads"]
    if nk == nv or "linear_attn." not in name:
        return a
    dv, qk = c["linear_value_head_dim"], 2 * nk * c["linear_key_head_dim"]
    if ".in_proj_qkv." in name or ".conv1d." in name:     # rows of q, k, then v
        return np.concatenate([a[:qk], retile(a[qk:], 0, nk, nv, dv)])
    if ".in_proj_z." in name:
        return retile(a, 0, nk, nv, dv)
    if ".out_proj." in name:
        return retile(a, 1, nk, nv, dv)
    if name.endswith((".in_proj_a.weight", ".in_proj_b.weight", ".A_log", ".dt_bias")):
        return retile(a, 0, nk, nv, 1)
    return a                                              # norm.weight: shared by all heads


def transform(name, a, c):
    """Values as llama.cpp wants them; returned as stored where nothing changes."""
    if ".conv1d." in name:
        a = a.reshape(a.shape[0], a.shape[-1])
    a = reorder_value_heads(name, a, c)
    if name.endswith(".A_log"):
        return -np.exp(to_f32(a))
    if name.endswith(ZERO_CENTRED) or (name.endswith(".norm.weight") and ".linear_attn." not in name):
        return to_f32(a) + np.float32(1)
    return a


def encode(a, qtype):
    """An array in the bytes of a ggml type."""
    if qtype == GT.BF16 and a.dtype == np.uint16:         # as it was, bit for bit
        return np.ascontiguousarray(a).view(np.uint8)
    return gguf.quants.quantize(np.ascontiguousarray(to_f32(a)), qtype)


def add_config(w, c):
    rope = c.get("rope_parameters", c)
    head_dim = c.get("head_dim") or c["hidden_size"] // c["num_attention_heads"]
    factor = rope.get("partial_rotary_factor", c.get("partial_rotary_factor", 0.25))
    w.add_block_count(c["num_hidden_layers"])
    w.add_context_length(c["max_position_embeddings"])
    w.add_embedding_length(c["hidden_size"])
    w.add_feed_forward_length(c["intermediate_size"])
    w.add_head_count(c["num_attention_heads"])
    w.add_head_count_kv(c["num_key_value_heads"])
    w.add_key_length(head_dim)
    w.add_value_length(head_dim)
    w.add_layer_norm_rms_eps(c["rms_norm_eps"])
    w.add_rope_freq_base(float(rope["rope_theta"]))
    w.add_rope_dimension_count(int(head_dim * factor))
    w.add_rope_dimension_sections((list(rope.get("mrope_section", [11, 11, 10])) + [0] * 4)[:4])
    w.add_ssm_conv_kernel(c["linear_conv_kernel_dim"])
    w.add_ssm_state_size(c["linear_key_head_dim"])
    w.add_ssm_group_count(c["linear_num_key_heads"])
    w.add_ssm_time_step_rank(c["linear_num_value_heads"])
    w.add_ssm_inner_size(c["linear_value_head_dim"] * c["linear_num_value_heads"])
    w.add_uint32(f"{w.arch}.full_attention_interval", c.get("full_attention_interval", 4))
    w.add_vocab_size(c["vocab_size"])


def add_tokenizer(w, folder, vocab_size, eos):
    t = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    words = [f"[PAD{i}]" for i in range(vocab_size)]      # ids that no token has
    kinds = [gguf.TokenType.UNUSED] * vocab_size
    for word, i in t["model"]["vocab"].items():
        words[i], kinds[i] = word, gguf.TokenType.NORMAL
    special = {}
    for a in t["added_tokens"]:
        words[a["id"]] = a["content"]
        kinds[a["id"]] = gguf.TokenType.CONTROL if a["special"] else gguf.TokenType.USER_DEFINED
        special[a["content"]] = a["id"]
    merges = [m if isinstance(m, str) else " ".join(m) for m in t["model"]["merges"]]
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("qwen35")
    w.add_token_list(words)
    w.add_token_types(kinds)
    w.add_token_merges(merges)
    w.add_add_bos_token(False)
    if (eos := special.get("<|im_end|>", eos)) is not None:
        w.add_eos_token_id(eos)
    if (pad := special.get("<|endoftext|>")) is not None:
        w.add_pad_token_id(pad)
    template = folder / "chat_template.jinja"
    if template.exists():
        w.add_chat_template(template.read_text("utf-8"))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("model", type=Path)
    p.add_argument("out", type=Path)
    p.add_argument("--type", choices=TYPES, default="bf16", help="type of the matrices (default: bf16)")
    p.add_argument("--head", choices=TYPES, help="type of token_embd and output (default: as --type)")
    args = p.parse_args()

    config = json.loads((args.model / "config.json").read_text("utf-8"))
    c = config.get("text_config", config)
    body, head = TYPES[args.type], TYPES[args.head or args.type]
    tied = c.get("tie_word_embeddings", config.get("tie_word_embeddings", False))

    w = gguf.GGUFWriter(args.out, "qwen35")
    w.add_name(args.model.resolve().name)
    w.add_file_type(FILE_TYPES[args.type])
    w.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_config(w, c)
    eos = c.get("eos_token_id")
    add_tokenizer(w, args.model, c["vocab_size"], eos[0] if isinstance(eos, list) else eos)

    # First the shapes and types, then the data, one tensor at a time: little memory.
    plan = []
    for name, a in tensors(args.model):
        new = gguf_name(name)
        if new is None or (tied and new == "output.weight"):
            continue
        if a.ndim <= 1 or new.endswith(("_norm.weight", "ssm_conv1d.weight")):
            qtype = GT.F32
        else:
            qtype = head if new in ("token_embd.weight", "output.weight") else body
            if a.shape[-1] % gguf.GGML_QUANT_SIZES[qtype][0]:
                qtype = GT.F16                            # rows that the block size does not divide
        shape = (a.shape[0], a.shape[-1]) if ".conv1d." in name else a.shape
        plan.append((new, qtype, name, a))
        bytes_shape = gguf.quant_shape_to_byte_shape(shape, qtype)
        nbytes = int(np.prod(bytes_shape, dtype=np.int64))
        w.add_tensor_info(new, bytes_shape if qtype not in (GT.F32, GT.F16) else shape,
                          np.dtype({GT.F32: np.float32, GT.F16: np.float16}.get(qtype, np.uint8)),
                          nbytes, raw_dtype=qtype)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_ti_data_to_file()
    for new, qtype, name, a in plan:
        w.write_tensor_data(encode(transform(name, a, c), qtype))
    w.close()

    kinds = {}
    for _, qtype, _, a in plan:
        kinds[qtype.name] = kinds.get(qtype.name, 0) + a.size
    print(f"{args.out}: {len(plan)} tensors, {args.out.stat().st_size / 2**20:.0f} MiB,",
          ", ".join(f"{n / 1e6:.1f} M {k}" for k, n in kinds.items()))


if __name__ == "__main__":
    main()
