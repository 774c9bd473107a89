"""Builds the demo model's training text from Apache-2.0 source jars: cleaned Java files and javadoc -> method pairs.
Usage: corpus.py OUT CAP_MB [ARTIFACTS [PER_ARTIFACT_MB]]; ARTIFACTS lists the jars as lines 'group:artifact version'.
Every hundredth file is held out, with the pairs made from it: meta.json counts them, java.txt starts with them."""

import glob, hashlib, json, lzma, os, random, re, sys, zipfile

home = os.path.expanduser("~/.m2/repository")
out = sys.argv[1]
os.makedirs(out, exist_ok=True)
random.seed(7)

cap = int(float(sys.argv[2]) * 1e6)
each = float(sys.argv[4]) * 1e6 if len(sys.argv) > 4 else 1e12
if len(sys.argv) > 3:
    jars = []
    for l in open(sys.argv[3]):
        ga, v = l.split()[:2]
        g, a = ga.split(":")
        jars.append(f"{home}/{g.replace('.', '/')}/{a}/{v}/{a}-{v}-sources.jar")
else:
    jars = sorted(glob.glob(home + "/**/*-sources.jar", recursive=True))
seen = set()
files = []
LIC = re.compile(r"^\s*/\*.*?\*/\s*", re.S)
for jar in jars:
    try:
        z = zipfile.ZipFile(jar)
    except Exception:
        continue
    used = 0
    names = sorted(z.namelist())
    random.shuffle(names)
    for n in names:
        if used > each:
            break
        if not n.endswith(".java") or n.endswith("package-info.java") or n.endswith("module-info.java"):
            continue
        i = z.getinfo(n)
        if i.file_size > 60000 or i.file_size < 600:
            continue
        try:
            t = z.read(n).decode("utf-8")
        except Exception:
            continue
        low = t[:3000].lower()
        if "generated" in low and "do not" in low or "@generated" in low or "automatically generated" in low:
            continue
        t = t.replace("\r\n", "\n").replace("\t", "    ")
        m = LIC.match(t)
        if m and re.search(r"licen[sc]e|copyright", m.group(0), re.I):
            t = t[m.end() :]
        t = re.sub(r"[ ]+\n", "\n", t)
        t = re.sub(r"\n{3,}", "\n\n", t).strip() + "\n"
        # collapse long import runs: keep at most 12 imports so the text is code, not headers
        lines = t.split("\n")
        kept = []
        imp = 0
        for l in lines:
            if l.startswith("import "):
                imp += 1
                if imp > 12:
                    continue
            kept.append(l)
        t = "\n".join(kept)
        bad = sum(1 for c in t if ord(c) > 127)
        if bad > 0.02 * len(t):
            continue
        h = hashlib.md5(re.sub(r"\s+", "", t).encode()).digest()
        if h in seen:
            continue
        seen.add(h)
        files.append(t)
        used += len(t)
print(len(files), "files", sum(map(len, files)) / 1e6, "MB", flush=True)
random.shuffle(files)
total = 0
for i, t in enumerate(files):
    total += len(t)
    if total > cap:
        files = files[:i]
        break
NV = len(files) // 100
print(len(files), "files kept", NV, "held out", flush=True)

DOC = re.compile(
    r"/\*\*((?:(?!\*/).)*)\*/\s*((?:@\w+(?:\([^)]*\))?\s*)*)((?:(?:public|protected|private|static|final|synchronized|default|abstract|native)\s+)*(?:<[^>{;]+>\s*)?[\w.<>\[\], ?&]+\s+(\w+)\s*\([^){;]*\)\s*(?:throws\s+[\w., ]+)?\s*\{)",
    re.S,
)


def clean_doc(d):
    d = re.sub(r"^\s*\*+ ?", "", d, flags=re.M)
    d = re.sub(r"\{@(?:code|link|linkplain|literal|value)\s+([^}]*)\}", lambda m: m.group(1).split("#")[-1].strip(), d)
    d = re.sub(r"\{@inheritDoc\}", "", d)
    d = re.sub(r"<[^>]+>", " ", d)
    d = d.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&nbsp;", " ")
    return d


def body(t, i):
    depth = 0
    k = i
    n = len(t)
    instr = None
    while k < n:
        c = t[k]
        if instr:
            if c == "\\":
                k += 2
                continue
            if c == instr:
                instr = None
        elif c in "\"'":
            instr = c
        elif c == "{":
            depth += 1
        elif c == "}":
            depth -= 1
            if depth == 0:
                return t[i : k + 1]
        if k - i > 1800:
            return None
        k += 1
    return None


pairs = []
pseen = set()
for fi, t in enumerate(files):
    for m in DOC.finditer(t):
        d = clean_doc(m.group(1))
        parts = re.split(r"\n\s*@", "\n" + d)
        desc = re.sub(r"\s+", " ", parts[0]).strip()
        s = re.match(r"(.{15,260}?[.!])(?:\s|$)", desc)
        desc = (s.group(1) if s else desc[:200]).strip()
        if len(desc) < 15 or not desc.isascii() or re.search(r"\{@|@\w|TODO|^(See|Constructor)\b", desc):
            continue
        sig_i = m.start(3)
        b = body(t, m.end(3) - 1)
        if not b or b.count("\n") < 1 or len(b) > 1500:
            continue
        sig = m.group(3)[:-1]
        code = sig + b
        line_start = t.rfind("\n", 0, sig_i) + 1
        indent = sig_i - line_start
        if t[line_start:sig_i].strip():
            indent = 4
        code = "\n".join(l[indent:] if l[:indent].strip() == "" else l for l in code.split("\n"))
        name = m.group(4)
        tags = {}
        plan = []
        for p in parts[1:]:
            p = re.sub(r"\s+", " ", p).strip()
            if p.startswith("param "):
                w = p.split(" ", 2)
                if len(w) == 3 and len(w[2]) < 120:
                    plan.append(f'{w[1]}: {w[2].rstrip(".")}.')
            elif p.startswith("return") and len(p) < 140:
                plan.append("Returns " + re.sub(r"^returns?\s+", "", p).rstrip(".") + ".")
            elif p.startswith(("throws ", "exception ")):
                w = p.split(" ", 2)
                if len(w) == 3 and len(w[2]) < 120:
                    plan.append(f'Throws {w[1]} {w[2].rstrip(".")}.')
        h = hashlib.md5((desc + re.sub(r"\s+", "", code)).encode()).digest()
        if h in pseen:
            continue
        pseen.add(h)
        pairs.append(
            {
                "d": desc,
                "n": name,
                "s": re.sub(r"\s+", " ", sig).strip(),
                "c": code,
                "p": " ".join(plan),
                "v": int(fi < NV),
            }
        )
random.shuffle(pairs)
print(
    len(pairs),
    "pairs",
    sum(p["v"] for p in pairs),
    "held out",
    sum(len(p["c"]) + len(p["d"]) + len(p["p"]) for p in pairs) / 1e6,
    "MB",
)
for p in pairs[:3]:
    print(json.dumps(p)[:600])
with open(out + "/java.txt", "w") as f:
    for t in files:
        f.write(t + "\x00")
with open(out + "/pairs.jsonl", "w") as f:
    for p in pairs:
        f.write(json.dumps(p) + "\n")
json.dump(
    dict(held_out_files=NV, files=len(files), characters=sum(map(len, files)), pairs=len(pairs)),
    open(out + "/meta.json", "w"),
)
