"""Greedy text of the demo model by mlx-lm, an implementation of Qwen3.5 independent of this project.

Independent fact: which token mlx-lm chooses at each of the steps after each prompt of prompts/peer.txt, going on past
stop tokens, on MLX's CPU back end. Each step also has the runner-up and the distance of the two logits, so that a
difference can be shown to be a near tie or a mistake.
"""

import argparse
from pathlib import Path

import peer


def steps(model, ids, count):
    """The greedy tokens by mlx-lm's generate_step; per step the runner-up and the gap between the two logits."""
    import mlx.core as mx
    from mlx_lm.generate import generate_step

    seen = []

    def keep(_, logits):
        seen.append(logits)
        return logits

    chosen = generate_step(mx.array(ids), model, max_tokens=count, logits_processors=[keep])
    tokens = [token for token, _ in chosen]
    logits = mx.concatenate(seen[:count]).astype(mx.float32)
    best = logits[mx.arange(count), mx.array(tokens)]
    rest = mx.put_along_axis(logits, mx.array(tokens)[:, None], mx.array(-mx.inf), axis=1)
    return tokens, rest.argmax(1).tolist(), [round(gap, 4) for gap in (best - rest.max(1)).tolist()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=peer.DEMO, help="checkpoint folder (default: the demo model)")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32", help="dtype of the weights")
    parser.add_argument("--tokens", type=int, default=128, help="steps after each prompt (default: 128)")
    parser.add_argument("--out", type=Path, help="JSON to write (default: resources/peer/mlx_lm_greedy_DTYPE.json)")
    peer.add_options(parser)
    options = parser.parse_args()
    peer.enter(options.peer)

    import mlx.core as mx

    mx.set_default_device(mx.cpu)
    model, tokenizer = peer.load(options.model, options.dtype)
    rows = []
    for prompt in peer.prompts("peer"):
        ids = peer.render(tokenizer, prompt)
        tokens, second, gaps = steps(model, ids, options.tokens)
        rows.append({"prompt": prompt, "prompt_ids": ids, "tokens": tokens, "runner_up": second, "gap": gaps})
        print(f"{min(gaps):8.4f} {prompt}", flush=True)
    head = {
        "about": "mlx-lm's greedy tokens on the demo model, past stop tokens; gap: best logit minus the runner-up's",
        "versions": peer.versions(),
        "device": "cpu",
        "dtype": options.dtype,
        "smallest_gap": min(min(row["gap"]) for row in rows),
    }
    out = options.out or peer.GOLDEN / f"mlx_lm_greedy_{options.dtype}.json"
    peer.write_json(out, head, rows)
    print(f"{out}: smallest gap {head['smallest_gap']}")


if __name__ == "__main__":
    main()
