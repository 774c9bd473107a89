"""Brings a checkpoint of the published layout to MLX's layout by mlx-lm's or mlx-vlm's convert, optionally quantized.

Independent fact: what such a checkpoint looks like when those tools themselves wrote it (names under language_model.,
norms that already hold the 1, convolution [channels, width, 1], stacked experts, packed weights and scales; by mlx-vlm
the vision tower too) and, with --outputs, which logits mlx-lm then computes for a prompt. model.safetensors and
config.json are kept, nothing else.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import peer


def prepare(source, tokenizer, copy):
    """The source as mlx_lm.convert can read it: with a tokenizer, and single experts fused, as it knows no others."""
    import mlx.core as mx

    tensors = {}
    for file in sorted(source.glob("model*.safetensors")):
        tensors.update(mx.load(str(file)))
    for gate in [name for name in tensors if name.endswith(".experts.0.gate_proj.weight")]:
        block, experts = gate.removesuffix(".0.gate_proj.weight"), []
        while f"{block}.{len(experts)}.gate_proj.weight" in tensors:
            expert = f"{block}.{len(experts)}."
            experts.append([tensors.pop(f"{expert}{part}_proj.weight") for part in ("gate", "up", "down")])
        tensors[f"{block}.gate_up_proj"] = mx.stack([mx.concatenate([gate, up]) for gate, up, _ in experts])
        tensors[f"{block}.down_proj"] = mx.stack([down for _, _, down in experts])
    mx.save_safetensors(str(copy / "model.safetensors"), tensors, metadata={"format": "pt"})
    shutil.copyfile(source / "config.json", copy / "config.json")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tokenizer / name, copy / name)


def outputs(folder, prompt_file, key):
    """mlx-lm's logits for every position of a stored prompt."""
    import mlx.core as mx

    ids = mx.load(str(prompt_file))[key]
    model, _ = peer.load(folder)
    logits = model(ids.astype(mx.int32)[None])[0]
    return {"ids": ids, "logits": logits.astype(mx.float32)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="checkpoint folder in the published layout")
    parser.add_argument("out", type=Path, help="folder to write; an existing one is replaced")
    parser.add_argument("--tokenizer", type=Path, default=peer.DEMO, help="folder of a tokenizer (default: the demo's)")
    parser.add_argument("--dtype", choices=["float32", "bfloat16", "float16"], default="float32")
    parser.add_argument(
        "--writer", choices=["mlx-lm", "mlx-vlm"], default="mlx-lm", help="mlx-vlm: in a second environment"
    )
    parser.add_argument("--quantize", action="store_true", help="with the writer's defaults, where --q-... say nothing")
    parser.add_argument("--q-mode", default="affine", choices=["affine", "mxfp4", "mxfp8", "nvfp4"])
    parser.add_argument("--q-group-size", type=int)
    parser.add_argument("--q-bits", type=int)
    parser.add_argument("--outputs", type=Path, metavar="FILE", help="safetensors file that holds a prompt's ids")
    parser.add_argument("--prompt", default="text65.ids", help="its tensor in that file (default: text65.ids)")
    peer.add_options(parser)
    options = parser.parse_args()
    vlm = options.writer == "mlx-vlm"
    if vlm and options.outputs:
        parser.error("--outputs are mlx-lm's")
    if vlm:
        peer.enter(f"{options.peer}-vlm", "requirements-vlm.txt")
    else:
        peer.enter(options.peer)

    import mlx.core as mx

    mx.set_default_device(mx.cpu)
    if vlm:
        from mlx_vlm.convert import convert
    else:
        from mlx_lm.convert import convert

    sizes = {"q_group_size": options.q_group_size, "q_bits": options.q_bits}
    sizes = {name: value for name, value in sizes.items() if value is not None}
    with tempfile.TemporaryDirectory() as scratch:
        raw, done = Path(scratch, "raw"), Path(scratch, "mlx")
        raw.mkdir()
        prepare(options.source, options.tokenizer, raw)
        convert(str(raw), str(done), dtype=options.dtype, quantize=options.quantize, q_mode=options.q_mode, **sizes)
        computed = outputs(done, options.outputs, options.prompt) if options.outputs else None
        shutil.rmtree(options.out, ignore_errors=True)
        options.out.mkdir(parents=True)
        for name in ("model.safetensors", "config.json"):
            shutil.copyfile(done / name, options.out / name)
        if computed:
            mx.save_safetensors(str(options.out / "mlx_outputs.safetensors"), computed)
    tensors = mx.load(str(options.out / "model.safetensors"))
    print(f"{options.out}: {len(tensors)} tensors, {sum(tensor.nbytes for tensor in tensors.values()):,} bytes")


if __name__ == "__main__":
    main()
