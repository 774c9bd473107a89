"""What the front ends cost: tokens a second of streamed answers ÷ those of answers that nobody sees, taking turns.

Run it on a quiet machine through run.py's environment:

    python3 kernel/src/test/jupyter/run.py --measure overhead.py [RUNS]
"""

import os
import pathlib
import re
import statistics
import sys
import tempfile

import pexpect
from conftest import Kernel

ROOT = pathlib.Path(__file__).resolve().parents[4]
TOKENS = 600
PROMPT = "Returns the number of elements in this list."
OPTIONS = f"--mtp=2 --ignore-eos --max-tokens {TOKENS}"
BARE = f'session.generate("{PROMPT}", o -> o.mtp(2).ignoreStopTokens(true).maxTokens({TOKENS}))'
NUMBER = r"[\d.,]+"


def notebook(runs):
    kernel = Kernel()
    bare, seen = [], []
    try:
        for turn in range(runs + 2):
            value = kernel.run(f"{BARE}.tokensPerSecond().getAsDouble()").result()
            shown = kernel.run(f"%generate {OPTIONS} {PROMPT}").displays()[-1]["metadata"]["mlx_mtp"]["decode_tok_s"]
            if turn >= 2:
                bare.append(float(value))
                seen.append(shown)
    finally:
        kernel.close()
    return bare, seen


def terminal(runs):
    bare, seen = [], []
    environment = dict(os.environ, TERM="xterm-256color", XDG_STATE_HOME=tempfile.mkdtemp())
    child = pexpect.spawn(str(ROOT / "mtp"), env=environment, dimensions=(40, 120), timeout=120, encoding="utf-8")
    child.expect("chat> ")
    for turn in range(runs + 2):
        child.send(f"%java {BARE}.tokensPerSecond().getAsDouble()\r")
        child.expect(rf"==> .*?({NUMBER})\s")
        value = float(child.match.group(1))
        child.expect("chat> ")
        child.send(f"%generate {OPTIONS} {PROMPT}\r")
        child.expect(rf"{TOKENS} tokens · ({NUMBER}) tok/s · accepted \d+% \(")
        shown = float(child.match.group(1))
        child.expect("chat> ")
        if turn >= 2:
            bare.append(value)
            seen.append(shown)
    child.sendeof()
    child.expect(pexpect.EOF)
    return bare, seen


def report(name, bare, seen):
    ratio = statistics.median(s / b for s, b in zip(seen, bare))
    print(
        f"{name}: unseen {statistics.median(bare):.0f} tok/s, seen {statistics.median(seen):.0f} tok/s,"
        f" ratio {ratio:.3f} (median of {len(bare)} pairs, {TOKENS} tokens each)"
    )


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    report("notebook", *notebook(count))
    report("terminal", *terminal(count))
