"""Draft acceptance of the demo model's MTP head on prompts/chat.txt, by the PyTorch model that trained it.

Independent fact: the greedy text after each prompt (to the end mark or 128 tokens, float32) and, for every position in
it, whether the head's first, second, ... draft equals it; from that the drafts offered and accepted at depths 1 to 4.
Nothing of MLX or of this project's engine takes part: notebooks/demo-model/training/model.py recomputes every step from
scratch, without caches. The rules of counting are those of training/export.py:
  a pass at text position t drafts as many of the next tokens as the depth allows and the text still has; each is
  offered, and accepted if it and all before it in the pass are right; the pass then moves on by accepted + 1.
Drafts read the hidden state after the final norm, and all earlier positions stand in the head's cache. The variants, at
depth 1, take the state before that norm ("pre") and empty the cache at every pass, with position 0 ("empty"); both
together are what the project that this one grew from did.

Needs a Python that has torch (CPU is enough), safetensors and tokenizers; it makes no environment of its own.
"""

import argparse
import json
import sys
from pathlib import Path

import peer

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer

LENGTH = 128
DEPTHS = 4


def attention(q, k, v, attn_mask=None, is_causal=False):
    """scaled_dot_product_attention for a torch that is too old to have it."""
    scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
    if is_causal:
        attn_mask = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
    return scores.masked_fill(~attn_mask, float("-inf")).softmax(-1) @ v


if not hasattr(F, "scaled_dot_product_attention"):
    F.scaled_dot_product_attention = attention


def load(folder):
    sys.path.insert(0, str(folder / "training"))
    import model

    state = {}
    for file in sorted(folder.glob("model*.safetensors")):
        state.update(load_file(str(file)))
    state = {name.replace("model.language_model.", "text."): tensor.float() for name, tensor in state.items()}
    demo = model.Demo(model.Cfg())
    demo.load_state_dict(state)
    return model, demo.eval()


def gap(logits):
    top = logits.topk(2).values
    return top[..., 0] - top[..., 1]


def greedy(demo, prompts, stop):
    """Greedy continuations, every step from scratch, with the gap of each choice; right padding is never read."""
    texts, gaps, open_ = [list(p) for p in prompts], [[] for _ in prompts], list(range(len(prompts)))
    for _ in range(LENGTH):
        ids = torch.zeros(len(open_), max(len(texts[i]) for i in open_), dtype=torch.long)
        for row, i in enumerate(open_):
            ids[row, : len(texts[i])] = torch.tensor(texts[i])
        last = torch.tensor([len(texts[i]) - 1 for i in open_])
        logits = demo.logits(demo.hidden(ids)[torch.arange(len(open_)), last])
        for i, token, margin in zip(open_, logits.argmax(-1).tolist(), gap(logits).tolist()):
            texts[i].append(token)
            gaps[i].append(margin)
        open_ = [i for i in open_ if texts[i][-1] != stop]
        if not open_:
            break
    return texts, gaps


def hidden(model, demo, ids):
    """The trunk's output before and after its final norm, [1, T, H] each."""
    x = demo.text.embed_tokens(ids)
    tables = model.rope_tables(demo.c, ids.shape[1], x.device)
    for layer in demo.text.layers:
        x = layer(x, *tables)
    return x, demo.text.norm(x)


def drafts(model, demo, ids, state, depth):
    """Logits of drafts 1..depth at every position, the drafts before them taken from the text."""
    n = ids.shape[1] - 1
    causal, diagonal = torch.ones(n, n, dtype=torch.bool).tril(), torch.eye(n, dtype=torch.bool)
    padded, past, x, logits = F.pad(ids, (0, depth)), [], state[:, :n], []
    for s in range(1, depth + 1):
        embedded = demo.text.embed_tokens(padded[:, s : s + n])
        tables = model.rope_tables(demo.c, n, ids.device, s - 1)
        x = demo.mtp.step(embedded, x, tables, past, torch.cat([causal] + [diagonal] * (s - 1), 1))
        logits.append(demo.logits(x)[0])
    return logits


def lone_drafts(model, demo, ids, state):
    """Logits of draft 1 at every position, alone in the head's cache: position 0, and only itself to see."""
    n = ids.shape[1] - 1
    head, layer = demo.mtp, demo.mtp.layers[0]
    tables = [table.expand(n, -1) for table in model.rope_tables(demo.c, 1, ids.device)]
    embedded = head.pre_fc_norm_embedding(demo.text.embed_tokens(ids[:, 1:]))
    x = head.fc(torch.cat([embedded, head.pre_fc_norm_hidden(state[:, :n])], -1))
    q, k, v, gate = layer.self_attn.qkv(layer.input_layernorm(x), tables)
    seen = F.scaled_dot_product_attention(q, k, v, attn_mask=torch.eye(n, dtype=torch.bool))
    x = x + layer.self_attn.out(seen, gate)
    return [demo.logits(head.norm(x + layer.mlp(layer.post_attention_layernorm(x))))[0]]


def count(right, start, length, depth):
    """Offered and accepted drafts by position over the text. right[k][t]: draft k+1 made at t is token t+2+k."""
    offered, accepted, passes, t = [0] * depth, [0] * depth, 0, start
    while t + 2 < length:
        room, a = min(depth, length - (t + 2)), 0
        passes += 1
        for k in range(room):
            offered[k] += 1
        while a < room and right[a][t]:
            accepted[a] += 1
            a += 1
        t += a + 1
    return {"offered": offered, "accepted": accepted, "passes": passes}


def total(counts):
    """Sums over the prompts, with the two averages that reports give."""
    offered, accepted = ([sum(column) for column in zip(*(c[key] for c in counts))] for key in ("offered", "accepted"))
    passes = sum(c["passes"] for c in counts)
    return {
        "offered": offered,
        "accepted": accepted,
        "passes": passes,
        "acceptance_by_position": [round(a / o, 4) for a, o in zip(accepted, offered)],
        "tokens_per_pass": round(1 + sum(accepted) / passes, 4),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=peer.DEMO, help="the demo model's folder, with training/model.py")
    parser.add_argument("--out", type=Path, default=peer.GOLDEN / "acceptance_oracle.json", help="JSON to write")
    options = parser.parse_args()
    torch.set_grad_enabled(False)
    torch.set_num_threads(2)
    model, demo = load(options.model)
    tokenizer = Tokenizer.from_file(str(options.model / "tokenizer.json"))
    stop = tokenizer.token_to_id("<|im_end|>")
    asked = peer.prompts("chat")
    turn = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
    prompts = [tokenizer.encode(turn.format(prompt)).ids for prompt in asked]
    texts, gaps = greedy(demo, prompts, stop)
    variants = {"pre": ("pre", False), "post_empty": ("post", True), "pre_empty": ("pre", True)}
    rows, depths, others = [], {d: [] for d in range(1, DEPTHS + 1)}, {name: [] for name in variants}
    for prompt, ids, text, margins in zip(asked, prompts, texts, gaps):
        x = torch.tensor([text])
        states = dict(zip(("pre", "post"), hidden(model, demo, x)))
        start, n = len(ids) - 1, len(text)
        closest = []

        def right(logits):
            """Per draft and position whether the draft is the text; the gaps of those that can count are noted."""
            found = []
            for k, rows_ in enumerate(logits):
                usable = n - 2 - k
                found.append((rows_[:usable].argmax(-1) == x[0, 2 + k :]).tolist())
                closest.extend(gap(rows_[start:usable]).tolist())
            return found

        chained = right(drafts(model, demo, x, states["post"], DEPTHS))
        row = {"prompt": prompt, "prompt_ids": ids, "ended": text[-1] == stop}
        row["greedy_ids"] = text[len(ids) : -1] if row["ended"] else text[len(ids) :]
        row["smallest_gap"] = round(min(margins), 5)
        row["right"] = ["".join("01"[ok] for ok in found[start:]) for found in chained]
        for depth, counts in depths.items():
            counts.append(count(chained, start, n, depth))
            row[f"depth_{depth}"] = counts[-1]
        for name, (state, empty) in variants.items():
            logits = lone_drafts(model, demo, x, states[state]) if empty else drafts(model, demo, x, states[state], 1)
            found = right(logits)
            others[name].append(count(found, start, n, 1))
            row[f"depth_1_{name}"] = others[name][-1]
        row["smallest_draft_gap"] = round(min(closest), 5)
        rows.append(row)
        print(f"{len(row['greedy_ids']):4} {row['smallest_gap']:.5f} {row['smallest_draft_gap']:.5f} {prompt}")
    head = {
        "about": "greedy text and MTP drafts of the demo model in float32, by training/model.py. greedy_ids are "
        "without the end mark; where ended, the text that drafts are compared with goes on with it. right[k][i] is 1 "
        "where draft k+1 of a pass that starts with i + 1 known tokens of the answer equals the text",
        "versions": {"torch": torch.__version__},
        "stop_token": stop,
        "prompts": len(rows),
        "ended": sum(row["ended"] for row in rows),
        "generated_tokens": sum(len(text) - len(ids) for ids, text in zip(prompts, texts)),
        **{f"depth_{depth}": total(counts) for depth, counts in depths.items()},
        **{f"depth_1_{name}": total(counts) for name, counts in others.items()},
    }
    peer.write_json(options.out, head, rows)
    print(json.dumps({key: value for key, value in head.items() if key.startswith("depth")}, indent=1))


if __name__ == "__main__":
    main()
