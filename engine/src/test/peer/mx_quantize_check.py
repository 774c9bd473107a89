"""Compares what `./mtp quantize --scale mlx` wrote, byte for byte, with mx.quantize of the same tensors on the CPU."""

import argparse
import json
import sys
from pathlib import Path

import peer


def tensors(folder):
    import mlx.core as mx

    found = {}
    for file in sorted(folder.glob("model*.safetensors")):
        found.update(mx.load(str(file)))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("quantized", type=Path)
    peer.add_options(parser)
    options = parser.parse_args()
    peer.enter(options.peer)

    import mlx.core as mx

    mx.set_default_device(mx.cpu)
    source, written = tensors(options.source), tensors(options.quantized)
    common = json.loads((options.quantized / "config.json").read_text())["quantization"]
    same = different = 0
    for name in sorted(written):
        if not name.endswith(".scales"):
            continue
        module = name.removesuffix(".scales")
        path = module.replace("model.language_model.", "language_model.model.")
        form = common.get(path, common)
        codes, scales = mx.quantize(
            source[module + ".weight"], group_size=form["group_size"], bits=form["bits"], mode=form["mode"]
        )
        if mx.array_equal(codes, written[module + ".weight"]) and mx.array_equal(scales, written[name]):
            same += 1
        else:
            different += 1
            print(f"{module} differs")
    print(f"{same} packed tensors equal mx.quantize's, {different} differ")
    sys.exit(different > 0)


if __name__ == "__main__":
    main()
