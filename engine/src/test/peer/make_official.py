"""Writes small random checkpoints of the Qwen3.5 family in the published layout, with the outputs that the official
transformers classes compute for them in float32, and compares the demo model with those classes.
Usage: python make_official.py OUT SEED [DEMO_FOLDER]"""

import json, math, os, sys, time, traceback
import numpy as np, torch
from safetensors.torch import load_file, save_file
import transformers
from PIL import Image, ImageDraw

out, seed = sys.argv[1], int(sys.argv[2])
demo = sys.argv[3] if len(sys.argv) > 3 else None
os.makedirs(out, exist_ok=True)
torch.set_grad_enabled(False)
torch.manual_seed(seed)
rng = np.random.default_rng(seed)
torch.backends.cuda.matmul.allow_tf32 = False
T0 = time.time()


def log(*a):
    print(f"[{time.time() - T0:5.1f}]", *a, flush=True)


log("transformers", transformers.__version__, "torch", torch.__version__)

ROPE = dict(
    rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.25, mrope_section=[3, 3, 2], mrope_interleaved=True
)
TEXT = dict(
    vocab_size=320,
    hidden_size=64,
    num_hidden_layers=4,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=64,
    linear_num_key_heads=2,
    linear_num_value_heads=4,
    linear_key_head_dim=32,
    linear_value_head_dim=32,
    linear_conv_kernel_dim=4,
    rms_norm_eps=1e-6,
    rope_parameters=ROPE,
    max_position_embeddings=4096,
    full_attention_interval=4,
    tie_word_embeddings=False,
)
VISION = dict(
    depth=2,
    hidden_size=64,
    intermediate_size=100,
    num_heads=4,
    in_channels=3,
    patch_size=16,
    temporal_patch_size=2,
    spatial_merge_size=2,
    out_hidden_size=64,
    num_position_embeddings=64,
    hidden_act="gelu_pytorch_tanh",
    deepstack_visual_indexes=[],
)
IDS = dict(image_token_id=300, video_token_id=301, vision_start_token_id=302, vision_end_token_id=303)


def fill(m):
    """Weights of a scale at which every part matters, so that no mistake hides in a small number."""
    g = torch.Generator().manual_seed(seed)
    for n, p in sorted(m.named_parameters()):
        r = torch.randn(p.shape, generator=g)
        if n.endswith("A_log"):
            v = torch.log(1 + 15 * torch.rand(p.shape, generator=g))
        elif n.endswith("dt_bias"):
            v = r * 0.5 - 2
        elif "linear_attn.norm" in n or ("visual" in n and "norm" in n and n.endswith("weight")):
            v = 1 + 0.1 * r
        elif n.endswith("bias"):
            v = 0.1 * r
        elif "norm" in n:
            v = 0.2 * r
        elif "conv1d" in n:
            v = torch.rand(p.shape, generator=g) - 0.5
        elif "embed" in n:
            v = r
        else:
            v = r / math.sqrt(p[0].numel() if p.ndim < 3 or "patch_embed" in n else p.shape[-1])
        p.data = v.to(p.dtype)


def text_outputs(m, d, vocab=290):
    t = {}
    for n in (5, 64, 65, 200):
        ids = torch.from_numpy(rng.integers(0, vocab, n))[None]
        o = m(input_ids=ids, output_hidden_states=True)
        t[f"text{n}.ids"] = ids[0].int()
        t[f"text{n}.logits"] = o.logits[0].float().contiguous()
        t[f"text{n}.final_hidden"] = o.hidden_states[-1][0].float().contiguous()
    ids = t["text65.ids"][None].long()
    o = m(input_ids=ids[:, :20], use_cache=True)
    step = [o.logits[0, -1]]
    c = o.past_key_values
    for i in range(20, 65):
        o = m(input_ids=ids[:, i : i + 1], past_key_values=c, use_cache=True)
        step.append(o.logits[0, -1])
    log(
        "   step-by-step against full:",
        (torch.stack(step) - t["text65.logits"][19:]).abs().max().item(),
        "logit std",
        t["text65.logits"].std().item(),
    )
    save_file(t, d + "/text_outputs.safetensors")


def part(name, f):
    try:
        log("##", name)
        f()
        log("   ok")
    except Exception:
        traceback.print_exc()
        log("   FAILED", name)


def pictures(d):
    os.makedirs(d + "/images", exist_ok=True)
    ims = []
    for i, (w, h, mode) in enumerate(
        [(200, 100, "RGB"), (333, 517, "RGB"), (64, 64, "L"), (301, 290, "RGBA"), (1000, 40, "RGB")]
    ):
        y, x = np.mgrid[0:h, 0:w]
        a = np.stack([(x * 255 // w), (y * 255 // h), ((x * 7 + y * 13 + seed * 31) % 256)], -1).astype(np.uint8)
        im = Image.fromarray(a)
        q = ImageDraw.Draw(im)
        q.ellipse([w // 4, h // 4, w // 2, h // 2], fill=(250, 20, 30))
        q.rectangle([w // 2, h // 3, w - 4, h - 3], fill=(10, 90, 240))
        if mode == "L":
            im = im.convert("L")
        if mode == "RGBA":
            im.putalpha(Image.fromarray(((x + y) % 256).astype(np.uint8)))
        p = f"{d}/images/{i}-{w}x{h}-{mode}.png"
        im.save(p)
        ims.append(p)
    return ims


def processor():
    kw = dict(
        patch_size=16,
        temporal_patch_size=2,
        merge_size=2,
        image_mean=[0.5] * 3,
        image_std=[0.5] * 3,
        size=dict(shortest_edge=16384, longest_edge=131072),
    )
    for n in ("Qwen2VLImageProcessorPil", "Qwen2VLImageProcessor", "Qwen2VLImageProcessorFast"):
        try:
            p = getattr(transformers, n)(**kw)
            log("   image processor", n)
            return p
        except Exception as e:
            log("   no", n, repr(e)[:120])


def vision_outputs(m, d):
    p = processor()
    t = {}
    feats = []
    for i, f in enumerate(pictures(d)):
        o = p(images=[Image.open(f).convert("RGB")], return_tensors="pt")
        pv, g = o["pixel_values"].float(), o["image_grid_thw"]
        u = ((pv + 1) * 127.5).round()
        assert (u / 127.5 - 1 - pv).abs().max() < 1e-6
        t[f"image{i}.pixels_u8"] = u.to(torch.uint8).contiguous()
        t[f"image{i}.grid_thw"] = g.int().contiguous()
        v = m.model.visual(pv, grid_thw=g)
        v = getattr(v, "pooler_output", v)
        v = v[0] if isinstance(v, (tuple, list)) else v
        t[f"image{i}.features"] = v.float().contiguous()
        feats.append((pv, g, v.shape[0]))
        log("   image", i, tuple(pv.shape), g.tolist(), tuple(v.shape))
    ids = [1, 2, 3, 302] + [300] * feats[0][2] + [303, 4, 5, 6, 302] + [300] * feats[2][2] + [303, 7, 8]
    x = torch.tensor([ids])
    pv = torch.cat([feats[0][0], feats[2][0]])
    g = torch.cat([feats[0][1], feats[2][1]])
    kind = (x == 300).int()
    try:
        o = m(input_ids=x, pixel_values=pv, image_grid_thw=g, mm_token_type_ids=kind)
    except TypeError:
        o = m(input_ids=x, pixel_values=pv, image_grid_thw=g)
    t["mixed.ids"] = x[0].int()
    t["mixed.logits"] = o.logits[0].float().contiguous()
    try:
        try:
            pos, delta = m.model.get_rope_index(x, mm_token_type_ids=kind, image_grid_thw=g)
        except TypeError:
            pos, delta = m.model.get_rope_index(x, image_grid_thw=g)
        t["mixed.position_ids"] = pos[-3:, 0].int().contiguous()
        t["mixed.rope_delta"] = delta.flatten().int().contiguous()
    except Exception:
        traceback.print_exc()
    save_file(t, d + "/vision_outputs.safetensors")


def dense():
    from transformers import Qwen3_5Config, Qwen3_5ForConditionalGeneration

    d = out + "/dense-vlm"
    os.makedirs(d, exist_ok=True)
    m = (
        Qwen3_5ForConditionalGeneration(
            Qwen3_5Config(
                text_config=dict(TEXT, intermediate_size=96), vision_config=VISION, tie_word_embeddings=False, **IDS
            )
        )
        .float()
        .eval()
    )
    fill(m)
    m.save_pretrained(d)
    log("   names", sorted(load_file(d + "/model.safetensors"))[:3], len(load_file(d + "/model.safetensors")))
    text_outputs(m, d)
    part("vision", lambda: vision_outputs(m, d))


def moe():
    from transformers import Qwen3_5MoeConfig, Qwen3_5MoeForConditionalGeneration

    d = out + "/moe"
    os.makedirs(d, exist_ok=True)
    c = Qwen3_5MoeConfig(
        text_config=dict(
            TEXT, num_experts=8, num_experts_per_tok=2, moe_intermediate_size=32, shared_expert_intermediate_size=32
        ),
        vision_config=dict(VISION, depth=1),
        tie_word_embeddings=False,
        **IDS,
    )
    m = Qwen3_5MoeForConditionalGeneration(c).float().eval()
    fill(m)
    m.save_pretrained(d)
    log("   names", [n for n in sorted(load_file(d + "/model.safetensors")) if "layers.0.mlp" in n])
    text_outputs(m, d)


def compare_demo():
    from transformers import Qwen3_5TextConfig, Qwen3_5ForCausalLM

    c = Qwen3_5TextConfig(**json.load(open(demo + "/config.json"))["text_config"])
    c.tie_word_embeddings = True
    m = Qwen3_5ForCausalLM(c).float().eval()
    w = {}
    for f in sorted(os.listdir(demo)):
        if f.endswith(".safetensors"):
            w.update(load_file(f"{demo}/{f}"))
    w = {k.replace("model.language_model.", "model."): v.float() for k, v in w.items() if not k.startswith("mtp.")}
    miss, extra = m.load_state_dict(w, strict=False)
    m.tie_weights()
    log("   missing", miss, "unexpected", extra)
    for c in json.load(open(demo + "/reference.json"))["cases"]:
        p, g = c["prompt_ids"], c["greedy"]["ids"]
        lg = m(input_ids=torch.tensor([p + g])).logits[0]
        top = lg[len(p) - 1].topk(5)
        d = max(abs(lg[len(p) - 1, i].item() - v) for i, v in zip(c["top5"]["ids"], c["top5"]["logits"]))
        hits = (lg[len(p) - 1 : -1].argmax(-1) == torch.tensor(g)).sum().item()
        log(
            "   ",
            c["kind"],
            "top5 same",
            top.indices.tolist() == c["top5"]["ids"],
            "largest difference",
            round(d, 6),
            "greedy tokens equal",
            hits,
            "/",
            len(g),
        )


if demo:
    part("demo model against the official classes", compare_demo)
part("dense", dense)
part("moe", moe)
