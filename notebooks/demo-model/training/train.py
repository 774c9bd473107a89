"""Trains the demo model on one GPU in several timed calls; keeps its checkpoint on the machine's disk between calls.
As run: fetch.sh; corpus.py data 175 artifacts.txt 2.2; xz java.txt and pairs.jsonl; then, from the folder above,
TOTAL_S=1390 train.py first 440; TOTAL_S=1425 train.py second 545; TOTAL_S=1425 train.py final 440; export.py."""

import sys, os, time, json, math, lzma, random, threading, numpy as np, torch, torch.nn.functional as F

sys.path.insert(0, os.path.dirname(__file__))
import model
from model import *

STAGE, BUDGET = sys.argv[1], float(sys.argv[2])
W = "/tmp/demo"
os.makedirs(W, exist_ok=True)
OUT = os.environ.get("OUT", "/tmp/out")
os.makedirs(OUT, exist_ok=True)
T0 = time.time()


def log(*a):
    print(f"[{time.time()-T0:6.1f}]", *a, flush=True)


SPECIAL = [
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
    "<think>",
    "</think>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
]
VOCAB = 8192


def load_text():
    raw = lzma.open("training/data/java.txt.xz").read().decode().split("\x00")
    pairs = [json.loads(l) for l in lzma.open("training/data/pairs.jsonl.xz").read().decode().splitlines()]
    return [r for r in raw if r.strip()], pairs, json.load(open("training/data/meta.json"))["held_out_files"]


def turns(p, rng):
    d = p["d"]
    r = rng.random()
    if r < 0.35:
        u = d
    elif r < 0.6:
        u = f"Write a Java method named `{p['n']}`. {d}"
    elif r < 0.75:
        u = f"Write a Java method that does this: {d[0].lower() + d[1:]}"
    elif r < 0.9:
        u = f"Implement `{p['s']}` in Java. {d}"
    else:
        u = f"{d} Call it {p['n']}."
    think = f"<think>\n{p['p']}\n</think>\n\n" if p["p"] and rng.random() < 0.4 else "<think>\n\n</think>\n\n"
    return u, think, f"```java\n{p['c']}\n```"


def chat(p, rng, before=()):
    """One conversation; earlier turns (before) stand without their thinking, as the chat template renders them."""
    o = "<|im_start|>system\nYou are a helpful Java assistant.<|im_end|>\n" if rng.random() < 0.15 else ""
    for b in before:
        u, _, a = turns(b, rng)
        o += f"<|im_start|>user\n{u}<|im_end|>\n<|im_start|>assistant\n{a}<|im_end|>\n"
    u, think, a = turns(p, rng)
    return f"{o}<|im_start|>user\n{u}<|im_end|>\n<|im_start|>assistant\n{think}{a}<|im_end|>\n"


def prepare():
    from tokenizers import Tokenizer, Regex, models, pre_tokenizers, decoders, normalizers, trainers, AddedToken

    raw, pairs, nv = load_text()
    rng = random.Random(1)
    train, val = [p for p in pairs if not p["v"]], [p for p in pairs if p["v"]]
    log("text", len(raw), sum(map(len, raw)) / 1e6, "pairs", len(pairs))
    vchats = [chat(p, rng) for p in val]
    chats = [chat(p, rng, [rng.choice(train)] if rng.random() < 0.12 else ()) for _ in range(2) for p in train]
    if not os.path.exists(W + "/tokenizer.json"):
        tok = Tokenizer(models.BPE())
        tok.normalizer = normalizers.NFC()
        pat = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
        tok.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(pat), "isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
        tok.decoder = decoders.ByteLevel()
        tr = trainers.BpeTrainer(
            vocab_size=VOCAB - len(SPECIAL),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
            min_frequency=2,
        )
        tok.train_from_iterator(raw[nv : nv + 3500] + chats[:12000], tr)
        tok.add_special_tokens(
            [AddedToken(s, special=s.startswith("<|"), normalized=False) for s in SPECIAL[:8] + SPECIAL[14:]]
        )
        tok.add_tokens([AddedToken(s, special=False, normalized=False) for s in SPECIAL[8:14]])
        tok.save(W + "/tokenizer.json")
        log("tokenizer trained", tok.get_vocab_size())
    tok = Tokenizer.from_file(W + "/tokenizer.json")
    eot = tok.token_to_id("<|endoftext|>")

    def enc(texts):
        o = []
        for i in range(0, len(texts), 4000):
            for e in tok.encode_batch_fast(texts[i : i + 4000]):
                o.append(np.array(e.ids + [eot], np.uint16))
        return o

    a = enc(raw)
    log("raw encoded", sum(map(len, a)) / 1e6, "M tokens")
    b = enc(chats)
    log("chats encoded", sum(map(len, b)) / 1e6, "M tokens")
    np.concatenate(a[:nv]).tofile(W + "/raw.val")
    np.concatenate(a[nv:]).tofile(W + "/raw.train")
    np.concatenate(enc(vchats)).tofile(W + "/chat.val")
    np.concatenate(b).tofile(W + "/chat.train")
    json.dump(val, open(W + "/pairs.val.json", "w"))
    log("prepared")


def zeropower(G, steps=5):
    X = G.bfloat16()
    t = X.size(-2) > X.size(-1)
    if t:
        X = X.mT
    X = X / (X.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        A = X @ X.mT
        B = -4.7750 * A + 2.0315 * A @ A
        X = 3.4445 * X + B @ X
    return X.mT if t else X


class Muon(torch.optim.Optimizer):
    def __init__(self, ps, lr):
        super().__init__(ps, dict(lr=lr, momentum=0.95, wd=0.05))

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            by = {}
            for p in g["params"]:
                if p.grad is not None:
                    by.setdefault(tuple(p.shape), []).append(p)
            for shape, ps in by.items():
                G = []
                for p in ps:
                    st = self.state[p]
                    if "m" not in st:
                        st["m"] = torch.zeros_like(p)
                    st["m"].lerp_(p.grad, 1 - g["momentum"])
                    G.append(p.grad.lerp(st["m"], g["momentum"]))
                U = zeropower(torch.stack(G)) * max(1, shape[0] / shape[1]) ** 0.5
                for p, u in zip(ps, U):
                    p.mul_(1 - g["lr"] * g["wd"]).add_(u.to(p.dtype), alpha=-g["lr"])


def write_weights(m):
    from safetensors.torch import save_file
    import shutil

    st = hf_state(m)
    shards = [{}]
    size = 0
    for k, v in sorted(st.items()):
        b = v.numel() * 2
        if size + b > 15e6:
            shards.append({})
            size = 0
        shards[-1][k] = v
        size += b
    where = {}
    for i, s in enumerate(shards):
        f = f"model-{i + 1:05d}-of-{len(shards):05d}.safetensors"
        save_file(s, f"{OUT}/{f}", metadata={"format": "pt"})
        where.update({k: f for k in s})
    json.dump(
        {"metadata": {"total_size": sum(v.numel() * 2 for v in st.values())}, "weight_map": where},
        open(OUT + "/model.safetensors.index.json", "w"),
        indent=1,
    )
    shutil.copy(W + "/tokenizer.json", OUT)
    log("weights written", len(shards), "shards")


def main():
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.set_float32_matmul_precision("high")
    torch._dynamo.config.suppress_errors = True
    torch._dynamo.config.recompile_limit = 64
    dev = "cuda"
    torch.manual_seed(1)
    if not os.path.exists(W + "/chat.val"):
        prepare()
    from tokenizers import Tokenizer

    tok = Tokenizer.from_file(W + "/tokenizer.json")
    c = Cfg()
    m = Demo(c).to(dev)
    log("params M", sum(p.numel() for p in m.parameters()) / 1e6, tok.get_vocab_size())
    data = {
        k: torch.from_numpy(np.fromfile(f"{W}/{k}", np.uint16).astype(np.int16)).to(dev)
        for k in ("raw.train", "raw.val", "chat.train", "chat.val")
    }
    mats, rest = [], []
    for n, p in m.named_parameters():
        (mats if p.ndim == 2 and "embed" not in n and "in_proj_a" not in n and "in_proj_b" not in n else rest).append(p)
    opts = [Muon(mats, 0.02), torch.optim.AdamW(rest, lr=3e-3, betas=(0.9, 0.95), weight_decay=0.0, fused=True)]
    base = [0.02, 3e-3]
    step = 0
    spent = 0.0
    TOTAL = float(os.environ.get("TOTAL_S", "1500"))
    ck = W + "/ck.pt"
    if os.path.exists(ck):
        s = torch.load(ck, map_location=dev)
        m.load_state_dict(s["m"])
        [o.load_state_dict(x) for o, x in zip(opts, s["o"])]
        step, spent = s["step"], s["spent"]
        log("resumed at", step, spent)
    torch.manual_seed(1 + step)
    for l in list(m.text.layers):
        l.forward = torch.compile(l.forward, dynamic=False)
    model.token_loss = torch.compile(model.token_loss, dynamic=False)
    m.mtp.step = torch.compile(m.mtp.step, dynamic=False)
    B, T = int(os.environ.get("B", "64")), 1024

    def batch(k, n, gen=None):
        d = data[k]
        i = torch.randint(0, d.numel() - T - 1, (n,), device=dev, generator=gen)
        return d[i[:, None] + torch.arange(T, device=dev)].long() & 0xFFFF

    def evaluate():
        gen = torch.Generator(dev).manual_seed(5)
        r = {}
        with torch.autocast("cuda", torch.bfloat16):
            for k in ("raw.val", "chat.val"):
                ls = []
                for _ in range(4):
                    a_, b_, c_ = m.loss(batch(k, B, gen), depth=3, mtp_rows=B)
                    ls.append((a_.detach(), [x.detach() for x in b_], c_))
                    del a_, b_
                r[k] = dict(
                    loss=round(float(sum(x[0] for x in ls) / 4), 4),
                    mtp=[round(float(sum(x[1][j] for x in ls) / 4), 3) for j in range(3)],
                    acc=[round(float(sum(x[2][j] for x in ls) / 4), 3) for j in range(3)],
                )
        return r

    def save(sp):
        torch.save(dict(m=m.state_dict(), o=[o.state_dict() for o in opts], step=step, spent=sp), ck + ".new")
        os.replace(ck + ".new", ck)

    start = time.time()
    last = start
    n0 = step
    first = None
    R = int(os.environ.get("MTP_ROWS", B))
    MW = float(os.environ.get("MTP_W", ".5"))
    limit = min(BUDGET, float(os.environ.get("DEADLINE", "1e9")) - (start - T0))
    log("training for", limit)
    while True:
        now = time.time()
        if now - start > limit:
            break
        if now - last > 120:
            save(spent + now - start)
            last = now
        prog = min(1.0, (spent + now - start) / TOTAL)
        warm = min(1.0, (step + 1) / 100)
        lrm = warm * (1.0 if prog < 0.45 else max(0.02, (1 - prog) / 0.55))
        for o, b in zip(opts, base):
            for g in o.param_groups:
                g["lr"] = b * lrm
        nc = int(B * (0.3 if prog < 0.5 else 0.5))
        ids = torch.cat([batch("chat.train", nc), batch("raw.train", B - nc)])[torch.randperm(B, device=dev)]
        with torch.autocast("cuda", torch.bfloat16):
            main_l, ml, acc = m.loss(ids, depth=3, mtp_rows=R)
            loss = main_l + MW * (ml[0] + 0.6 * ml[1] + 0.4 * ml[2]) / 2
        loss.backward()
        gn = torch.nn.utils.clip_grad_norm_(m.parameters(), 1.0)
        for o in opts:
            o.step()
        for o in opts:
            o.zero_grad(set_to_none=True)
        step += 1
        if step == n0 + 3:
            torch.cuda.synchronize()
            first = time.time()
            fs = step
            log("compiled; mem GB", torch.cuda.max_memory_allocated() / 1e9)
        if step % 200 == 0 or step in (n0 + 10, n0 + 50):
            torch.cuda.synchronize()
            t = time.time()
            if not math.isfinite(main_l.item()):
                log("NOT FINITE at", step)
                sys.exit(3)
            log(
                "step",
                step,
                "prog",
                round(prog, 3),
                "loss",
                round(main_l.item(), 3),
                "mtp",
                [round(x.item(), 3) for x in ml],
                "acc",
                [round(x.item(), 3) for x in acc],
                "norm",
                round(float(gn), 2),
                "ktok/s",
                round((step - fs) * B * T / (t - first) / 1e3),
            )
    spent += time.time() - start
    save(spent)
    log("saved", step, spent)
    write_weights(m)
    ev = evaluate()
    log("eval", json.dumps(ev))
    json.dump(
        dict(
            eval=ev,
            steps=step,
            tokens=step * B * T,
            training_seconds=round(spent, 1),
            parameters=sum(p.numel() for p in m.parameters()),
            gpu=torch.cuda.get_device_name(),
            corpus_tokens={k: d.numel() for k, d in data.items()},
        ),
        open(OUT + "/metrics.json", "w"),
        indent=1,
    )
    if STAGE == "final":
        return
    # samples, by full recomputation
    for l in m.text.layers:
        del l.forward
    ev = json.load(open(W + "/pairs.val.json"))

    @torch.no_grad()
    def gen(p, n=120):
        ids = torch.tensor([tok.encode(p).ids], device=dev)
        for _ in range(n):
            with torch.autocast("cuda", torch.bfloat16):
                L = ids.shape[1]
                pad = F.pad(ids, (0, 512 - L)) if L < 512 else ids
                lg = m.logits(m.hidden(pad)[:, L - 1])
            t = lg.argmax(-1)
            ids = torch.cat([ids, t[:, None]], 1)
            if t.item() == tok.token_to_id("<|im_end|>"):
                break
        return tok.decode(ids[0].tolist(), skip_special_tokens=False)

    for i in range(2):
        log(gen(f"<|im_start|>user\n{ev[i]['d']}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"), "\n=====")
    log(
        gen(
            "<|im_start|>user\nReturns the sum of two integers.<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
        ),
        "\n=====",
    )
    log(
        gen(
            "<|im_start|>user\nWrite a Java method named `reverse`. Reverses the given string.<|im_end|>\n<|im_start|>assistant\n<think>\n"
        ),
        "\n=====",
    )


main()
