"""Writes the demo model's references from its bf16-rounded weights, in float32 without TF32, by recomputation from scratch.
Position t of the MTP head's cache holds embed(token t+1) with the target's hidden state t (after the final norm), at rotary
position t; a chained draft stands in the next slot and takes the head's own output (after mtp.norm) as its hidden state.
"""

import sys, os, json, time, random
import torch, torch.nn.functional as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import model
from model import *

W = os.environ.get("DEMO", "/tmp/demo")
OUT = os.environ.get("OUT", "/tmp/out")
os.makedirs(OUT, exist_ok=True)
dev = "cuda" if torch.cuda.is_available() else "cpu"
T0 = time.time()


def log(*a):
    print(f"[export {time.time()-T0:6.1f}]", *a, flush=True)


torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
if hasattr(torch, "set_float32_matmul_precision"):
    torch.set_float32_matmul_precision("highest")
torch.set_grad_enabled(False)

NO_THINK = "<|im_start|>assistant\n<think>\n\n</think>\n\n"
THINK = "<|im_start|>assistant\n<think>\n"


def user(t):
    return f"<|im_start|>user\n{t}<|im_end|>\n"


SYS = "<|im_start|>system\nYou are a helpful Java assistant.<|im_end|>\n"
REF = [
    ("chat", user("Returns the sum of two integers.") + NO_THINK),
    ("chat", user("Write a Java method named `reverse`. Reverses the given string.") + NO_THINK),
    ("chat, thinking", user("Returns the maximum value in the given array.") + THINK),
    (
        "chat, system",
        SYS
        + user(
            "Implement `public static boolean isEmpty(CharSequence cs)` in Java. Checks if a CharSequence is empty or null."
        )
        + NO_THINK,
    ),
    ("chat", user("Closes the given stream quietly, ignoring any exception. Call it closeQuietly.") + NO_THINK),
    (
        "chat, two turns",
        user("Returns the number of elements in this list.")
        + "<|im_start|>assistant\n```java\npublic int size() {\n    return size;\n}\n```<|im_end|>\n"
        + user("Write a Java method named `isEmpty`. Returns true if this list contains no elements.")
        + NO_THINK,
    ),
    (
        "raw",
        "public class StringUtils {\n\n    /**\n     * Checks if a string is blank.\n     *\n     * @param str the string to check, may be null\n     * @return true if the string is null, empty or whitespace\n     */\n    public static boolean isBlank(final String str) {\n",
    ),
    (
        "raw",
        "package org.example.cache;\n\nimport java.util.HashMap;\nimport java.util.Map;\n\n/**\n * A simple cache.\n */\npublic class SimpleCache<K, V> {\n\n    private final Map<K, V> map = new HashMap<>();\n\n    public V get(",
    ),
]
HELD = [
    ("chat", user("Reads all bytes from the given input stream.") + NO_THINK),
    (
        "chat, thinking",
        user(
            "Write a Java method named `indexOf`. Returns the index of the first occurrence of the specified element in this list."
        )
        + THINK,
    ),
    ("chat, system", SYS + user("Converts the given map to a string.") + NO_THINK),
    (
        "chat",
        user(
            "Implement `public boolean equals(Object obj)` in Java. Compares this object with the specified object for equality."
        )
        + NO_THINK,
    ),
    (
        "raw",
        "import java.io.IOException;\nimport java.io.InputStream;\n\n/**\n * An input stream that counts the bytes read.\n */\npublic class CountingInputStream extends InputStream {\n\n    private long count;\n\n    @Override\n    public int read() throws IOException {\n",
    ),
    (
        "raw",
        "    /**\n     * Returns a new list that contains the elements of both lists.\n     *\n     * @param first the first list\n     * @param second the second list\n     * @return the union\n     */\n    public static <T> List<T> union(final List<T> first, final List<T> second) {\n",
    ),
]
TOKENIZER = [
    "",
    "hello world",
    "  for (int i = 0; i < 10; i++) {\n",
    "it's we'll I'D",
    "x1234567.89f",
    "\t\ttabs\r\nand\n\n\nlines   \n end ",
    "naïve café – “quoted” … Ω≈ç√ 漢字テスト 👩‍💻 e\u0301",
    "<|im_start|>user\nhi<|im_end|>\n<think>\n\n</think>\n\n<tool_call>\n</tool_call>",
    "a<|endoftext|>b <|im_end",
    "HTTP_2xx$value->next::<T>(@Override)",
]


class Tok:
    def __init__(self, path):
        from tokenizers import Tokenizer

        self.t = Tokenizer.from_file(path)

    def encode(self, s):
        return self.t.encode(s).ids

    def decode(self, ids):
        return self.t.decode(ids, skip_special_tokens=False)

    def id(self, s):
        return self.t.token_to_id(s)


def rounded(state, dtype):
    m = Demo(Cfg())
    m.load_state_dict(state)
    m = m.to(dev)
    for p in m.parameters():
        p.data = p.data.to(torch.bfloat16).to(dtype)
    return m.eval()


def greedy(m, prompts, n, stop=None):
    """Greedy continuations, every step from scratch; right padding cannot reach a causal model's earlier positions."""
    seqs = [list(p) for p in prompts]
    margins = [[] for _ in seqs]
    done = [False] * len(seqs)
    for _ in range(n):
        L = max(map(len, seqs))
        L = (L + 63) // 64 * 64
        ids = torch.zeros(len(seqs), L, dtype=torch.long)
        for i, s in enumerate(seqs):
            ids[i, : len(s)] = torch.tensor(s)
        h = m.hidden(ids.to(dev))
        last = torch.tensor([len(s) - 1 for s in seqs], device=dev)
        top = m.logits(h[torch.arange(len(seqs), device=dev), last]).topk(2)
        t, g = top.indices[:, 0].tolist(), (top.values[:, 0] - top.values[:, 1]).tolist()
        for i in range(len(seqs)):
            if done[i]:
                continue
            seqs[i].append(t[i])
            margins[i].append(g[i])
            if t[i] == stop:
                done[i] = True
        if all(done):
            break
    return [s[len(p) :] for s, p in zip(seqs, prompts)], margins


def mtp(m, tokens, hidden):
    """The head over slots 0..n-1: tokens[t+1] with hidden[t]; returns its outputs after mtp.norm."""
    n = len(hidden)
    e = m.text.embed_tokens(torch.tensor([tokens[1 : n + 1]], device=dev))
    return m.mtp.step(e, torch.stack(hidden)[None], rope_tables(m.c, n, dev), [], None)[0]


def top5(v):
    t = v.topk(5)
    return {"ids": t.indices.tolist(), "logits": [round(x, 6) for x in t.values.tolist()]}


def one(m, m64, tok, kind, text, cont, margin):
    ids = tok.encode(text)
    P = len(ids)
    h = m.hidden(torch.tensor([ids], device=dev))[0]
    lg = m.logits(h[-1])
    nxt = int(lg.argmax())
    assert nxt == cont[0]
    model.delta_rule = recurrent_gdn
    h64 = m64.hidden(torch.tensor([ids], device=dev))[0]
    d64 = (m64.logits(h64[-1]) - lg.double()).abs().max().item()
    model.delta_rule = lambda *a: chunk_gdn(*a)
    toks = ids + [nxt]
    hid = [x for x in h]
    drafts = []
    first = None
    for _ in range(3):
        o = mtp(m, toks, hid)[-1]
        dl = m.logits(o)
        if first is None:
            first = dl
            out0 = o
        drafts.append(int(dl.argmax()))
        toks.append(drafts[-1])
        hid.append(o)
    return {
        "kind": kind,
        "prompt": text,
        "prompt_ids": ids,
        "top5": top5(lg),
        "greedy": {
            "ids": cont,
            "text": tok.decode(cont),
            "smallest_margin": round(min(margin), 6),
            "margins": [round(x, 4) for x in margin],
        },
        "final_hidden": {"first16": [round(x, 6) for x in h[-1][:16].tolist()], "l2": round(h[-1].norm().item(), 6)},
        "mtp": {
            "next_token": nxt,
            "top5": top5(first),
            "drafts": drafts,
            "hidden_first16": [round(x, 6) for x in out0[:16].tolist()],
            "hidden_l2": round(out0.norm().item(), 6),
        },
        "max_logit_difference_to_float64_recurrence": d64,
    }


def references(m, m64, tok, items, gpu):
    ps = [tok.encode(t) for _, t in items]
    conts, margins = greedy(m, ps, 64)
    return {
        "about": "float32 run (no TF32, no autocast) of the bf16-rounded weights, recomputed from scratch; MTP slot t holds embed(token t+1) with the final-norm hidden state t at rotary position t, chained drafts follow in slots P, P+1 with the head's own output after mtp.norm",
        "device": gpu,
        "cases": [one(m, m64, tok, k, t, c, g) for (k, t), c, g in zip(items, conts, margins)],
    }


def chain(m, ids):
    """Teacher-forced drafts of depth 1..3 at every position: ok[k][t] tells that draft k+1 made at t is token t+2+k."""
    x = torch.tensor([ids], device=dev)
    h = m.hidden(x)
    n = len(ids) - 1
    causal = torch.ones(n, n, device=dev, dtype=torch.bool).tril()
    diag = torch.eye(n, device=dev, dtype=torch.bool)
    pad = F.pad(x, (0, 4))
    hh = h[:, :n]
    past = []
    ok = []
    for s in (1, 2, 3):
        mk = torch.cat([causal] + [diag] * (s - 1), 1)
        hh = m.mtp.step(m.text.embed_tokens(pad[:, s : s + n]), hh, rope_tables(m.c, n, dev, s - 1), past, mk)
        ok.append((m.logits(hh).argmax(-1) == pad[:, s + 1 : s + 1 + n])[0].tolist())
    return ok


def acceptance(m, tok, users):
    prompts = [tok.encode(user(u) + NO_THINK) for u in users]
    conts, _ = greedy(m, prompts, 128, tok.id("<|im_end|>"))
    runs = [(len(p), p + c, chain(m, p + c)) for p, c in zip(prompts, conts)]
    res = {}
    for D in (1, 2, 3):
        off = [0] * D
        acc = [0] * D
        passes = taken = 0
        per = []
        for P, seq, ok in runs:
            t = P - 1
            p0, a0 = passes, taken
            while t + 2 < len(seq):
                room = min(D, len(seq) - (t + 2))
                a = 0
                passes += 1
                for k in range(room):
                    off[k] += 1
                while a < room and ok[a][t]:
                    acc[a] += 1
                    a += 1
                taken += a
                t += a + 1
            per.append(round((taken - a0) / max(1, passes - p0), 3))
        res[f"depth_{D}"] = {
            "acceptance_by_position": [round(a / o, 4) for a, o in zip(acc, off)],
            "conditional": [round(acc[k] / max(1, (off[0] if k == 0 else acc[k - 1])), 4) for k in range(D)],
            "offered": off,
            "accepted": acc,
            "verify_passes": passes,
            "mean_accepted_drafts_per_pass": round(taken / passes, 4),
            "mean_tokens_per_pass": round(1 + taken / passes, 4),
            "per_prompt_accepted_per_pass": per,
        }
    return {
        "about": "held-out chat prompts without thinking, greedy to <|im_end|> or 128 tokens, float32; drafts are simulated along the greedy text",
        "prompts": len(users),
        "generated_tokens": sum(map(len, conts)),
        "ended": sum(c[-1] == tok.id("<|im_end|>") for c in conts),
        "depths": res,
        "samples": [{"prompt": u, "text": tok.decode(c)} for u, c in list(zip(users, conts))[:6]],
    }, [(u, tok.decode(c)) for u, c in zip(users, conts)]


def main():
    ck = torch.load(W + "/ck.pt", map_location="cpu")["m"]
    tok = Tok(W + "/tokenizer.json")
    m, m64 = rounded(ck, torch.float32), rounded(ck, torch.float64)
    gpu = torch.cuda.get_device_name() if dev == "cuda" else "cpu"
    r = references(m, m64, tok, REF, gpu)
    r["special_tokens"] = {
        s: tok.id(s)
        for s in (
            "<|endoftext|>",
            "<|im_start|>",
            "<|im_end|>",
            "<think>",
            "</think>",
            "<tool_call>",
            "</tool_call>",
            "<tool_response>",
            "</tool_response>",
        )
    }
    r["tokenizer"] = [{"text": s, "ids": tok.encode(s), "decoded": tok.decode(tok.encode(s))} for s in TOKENIZER]
    json.dump(r, open(OUT + "/reference.json", "w"), indent=1, ensure_ascii=False)
    log("reference written")
    for c in r["cases"]:
        print(
            "###",
            c["kind"],
            "margin",
            c["greedy"]["smallest_margin"],
            "f64",
            c["max_logit_difference_to_float64_recurrence"],
            "drafts",
            c["mtp"]["drafts"],
            "true",
            c["greedy"]["ids"][1:4],
        )
        print(c["prompt"][-80:] + ">>>" + c["greedy"]["text"])
    json.dump(references(m, m64, tok, HELD, gpu), open(OUT + "/heldout.json", "w"), indent=1, ensure_ascii=False)
    log("heldout written")
    val = json.load(open(W + "/pairs.val.json"))
    rng = random.Random(3)
    rng.shuffle(val)
    users = []
    for p in val:
        if len(users) < 40 and p["d"] not in users and len(p["c"]) > 100:
            users.append(p["d"] if len(users) % 2 else f"Write a Java method named `{p['n']}`. {p['d']}")
    a, texts = acceptance(m, tok, users)
    json.dump(a, open(OUT + "/acceptance.json", "w"), indent=1, ensure_ascii=False)
    log("acceptance written")
    for d, x in a["depths"].items():
        log(d, x["acceptance_by_position"], x["mean_accepted_drafts_per_pass"])
    for u, t in texts[:5]:
        print("***", u, "\n", t)
    import numpy as np

    losses = {}
    for k in ("raw.val", "chat.val"):
        d = torch.from_numpy(np.fromfile(f"{W}/{k}", np.uint16).astype(np.int64))
        g = torch.Generator().manual_seed(9)
        tot = []
        for _ in range(8):
            i = torch.randint(0, len(d) - 1025, (16,), generator=g)
            ids = d[i[:, None] + torch.arange(1024)].to(dev)
            a_, b_, c_ = m.loss(ids)
            tot.append([a_.item()] + [x.item() for x in b_] + [x.item() for x in c_])
        v = torch.tensor(tot).mean(0).tolist()
        losses[k] = {
            "loss": round(v[0], 4),
            "mtp_losses": [round(x, 4) for x in v[1:4]],
            "mtp_agreement": [round(x, 4) for x in v[4:]],
        }
    log("float32 losses", json.dumps(losses))
    f = OUT + "/metrics.json"
    mt = json.load(open(f)) if os.path.exists(f) else {}
    mt["validation_of_the_rounded_weights_float32"] = losses
    json.dump(mt, open(f, "w"), indent=1)
    log("done")


if __name__ == "__main__":
    main()
