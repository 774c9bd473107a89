"""Times mlx-lm on this machine, one step at a time on command, so that its runs can be interleaved with ours.

Independent fact: how fast mlx-lm's own generate_step (pipelined by async_eval, its default prefill step size) decodes
and processes prompts here, for the same checkpoint, dtype and token ids. Tokenizing and detokenizing are not in it.

Reads one JSON command a line on standard input and answers each with one JSON line on standard output:
  {"op":"load","model":DIR,"dtype":"default|float32|bfloat16|float16"}   "default" leaves the checkpoint's dtypes
  {"op":"decode","ids":[...],"tokens":128}   seconds from the first token being available to the last, so for
                                             "intervals" = tokens - 1 steps; stop tokens are passed over
  {"op":"prefill","ids":[...]}               seconds from the call to the first token being available
  {"op":"quit"}
Without "ids" those of --ids are taken. A failed command answers {"error":...} and the loop goes on. With --run the
script drives itself: load, a warm-up, one decode and one prefill.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import peer


class Bench:
    def __init__(self, ids):
        self.ids = ids
        self.model = None

    def load(self, model, dtype="default"):
        start = time.perf_counter()
        self.model, _ = peer.load(model, dtype)
        return {"seconds": time.perf_counter() - start, "dtype": dtype}

    def generate(self, ids, tokens):
        """The tokens with the time at which each was available, counted from the call."""
        import mlx.core as mx
        from mlx_lm.generate import generate_step, generation_stream, wired_limit

        if self.model is None:
            raise ValueError("load a model first")
        prompt, out = mx.array(self.ids if ids is None else ids), []
        mx.eval(prompt)
        with wired_limit(self.model, [generation_stream]):
            start = time.perf_counter()
            for token, _ in generate_step(prompt, self.model, max_tokens=tokens):
                out.append((token, time.perf_counter() - start))
            mx.synchronize(generation_stream)
        return out

    def decode(self, ids=None, tokens=128):
        out = self.generate(ids, tokens)
        return {"seconds": out[-1][1] - out[0][1], "intervals": len(out) - 1, "tokens": [token for token, _ in out]}

    def prefill(self, ids=None):
        (token, seconds), *_ = self.generate(ids, 1)
        return {"seconds": seconds, "prompt_tokens": len(self.ids if ids is None else ids), "tokens": [token]}

    def answer(self, line):
        command = json.loads(line)
        op = command.pop("op", None)
        if op not in ("load", "decode", "prefill"):
            raise ValueError(f"unknown op {op!r}")
        return {"op": op, **getattr(self, op)(**command)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ids", type=Path, metavar="FILE", help="JSON array of token ids, for commands without ids")
    parser.add_argument("--device", choices=["cpu", "gpu"], help="default: MLX's own choice")
    parser.add_argument("--run", metavar="DTYPE", help="measure by itself on the demo model in this dtype, then end")
    peer.add_options(parser)
    options = parser.parse_args()
    peer.enter(options.peer)

    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever else prints goes to standard error, so that every line of standard output is an answer

    import mlx.core as mx

    if options.device:
        mx.set_default_device(getattr(mx, options.device))
    facts = {"device": mx.default_device().type.name, "versions": peer.versions()}
    bench = Bench(json.loads(options.ids.read_text()) if options.ids else [1])
    if options.run:
        load = json.dumps({"op": "load", "model": str(peer.DEMO), "dtype": options.run})
        lines = [load, '{"op":"decode","tokens":16}', '{"op":"decode"}', '{"op":"prefill"}', '{"op":"quit"}']
    else:
        lines = iter(sys.stdin.readline, "")
    for line in lines:
        if not line.strip():
            continue
        try:
            if json.loads(line).get("op") == "quit":
                break
            result = {**bench.answer(line), **facts}
        except Exception as failure:
            result = {"error": f"{type(failure).__name__}: {failure}"}
        print(json.dumps(result, separators=(",", ":")), file=out, flush=True)


if __name__ == "__main__":
    main()
