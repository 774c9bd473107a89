"""Writes the demo model with a vocabulary of 248,320 tokens, as the published models have.

What it is for: the cost of an output head at its real width, with drafts that mean something. The tokens behind the
demo's own are made up, and their rows so small that none is ever the likeliest, so that greedy texts and drafts are
the demo's. Deterministic for a seed.
"""

import argparse
import json
import shutil
import struct
from pathlib import Path

import numpy as np

DEMO = Path(__file__).resolve().parents[4] / "notebooks" / "demo-model"
EMBEDDING = "embed_tokens.weight"


def tensors(folder):
    """Name, dtype, shape and bytes of every tensor."""
    for path in sorted(folder.glob("*.safetensors")):
        data = path.read_bytes()
        (size,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8 : 8 + size])
        header.pop("__metadata__", None)
        for name, entry in header.items():
            start, stop = entry["data_offsets"]
            yield name, entry["dtype"], entry["shape"], data[8 + size + start : 8 + size + stop]


def widened(entry, rows, rng):
    name, dtype, shape, data = entry
    if not name.endswith(EMBEDDING):
        return entry
    if dtype != "BF16":
        raise SystemExit(f"{name} is {dtype}, and only BF16 can be widened")
    more = 0.002 * rng.standard_normal((rows - shape[0], shape[1]), np.float32)
    bits = np.ascontiguousarray(more).view(np.uint32) >> 16
    return name, dtype, [rows, shape[1]], data + bits.astype(np.uint16).tobytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="a new folder")
    parser.add_argument("--rows", type=int, default=248320)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    options.out.mkdir(parents=True)
    tokenizer = json.loads((DEMO / "tokenizer.json").read_text())
    vocabulary = tokenizer["model"]["vocab"]
    taken = {*vocabulary.values(), *(token["id"] for token in tokenizer["added_tokens"])}
    vocabulary.update({f"made up {i}": i for i in range(options.rows) if i not in taken})
    (options.out / "tokenizer.json").write_text(json.dumps(tokenizer))
    for name in ("tokenizer_config.json", "chat_template.jinja", "generation_config.json"):
        shutil.copy(DEMO / name, options.out / name)
    config = json.loads((DEMO / "config.json").read_text())
    for part in (config, config.get("text_config", {})):
        if "vocab_size" in part:
            part["vocab_size"] = options.rows
    (options.out / "config.json").write_text(json.dumps(config, indent=2))
    rng = np.random.default_rng(options.seed)
    all_tensors = [widened(entry, options.rows, rng) for entry in tensors(DEMO)]
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, dtype, shape, data in all_tensors:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(options.out / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for entry in all_tensors:
            file.write(entry[3])


if __name__ == "__main__":
    main()
