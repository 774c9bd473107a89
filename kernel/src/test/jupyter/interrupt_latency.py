"""Measures how soon a long answer ends when it is interrupted, in the terminal and in the notebook.

    python3 kernel/src/test/jupyter/run.py --measure interrupt_latency.py [times]

The terminal: from Ctrl-C to the next prompt. The notebook: from the interrupt request to the reply of the cell. Beside
them the time of a decode step, which an interrupt waits for.
"""

import os
import random
import re
import statistics
import sys
import tempfile
import time

from conftest import Kernel
from terminal import CTRL_C, Terminal, plain

LONG = "%generate --mtp=2 --ignore-eos --max-tokens 1900 Returns the number of elements in this list."
LATEST = 2.0


def step_ms(footer):
    """Milliseconds of a round, from the figures under an answer."""
    speed, per_pass = (
        float(re.search(pattern, footer).group(1).replace(",", ""))
        for pattern in (r"([\d,.]+) tok/s", r"([\d.]+) tokens/pass")
    )
    return 1000 * per_pass / speed


def in_terminal(times):
    # The bytes alone are looked at: an emulator in Python would hold up the program that writes to it.
    with tempfile.TemporaryDirectory() as state, Terminal(state) as terminal:
        terminal.wait_for_prompt()
        steps, waits = [], []
        for _ in range(times):
            terminal.type(LONG + "\r")
            read_until(terminal, lambda seen: b"context" in seen)
            end = time.monotonic() + random.uniform(0, LATEST)
            read_until(terminal, lambda _: time.monotonic() > end)
            start = time.monotonic()
            terminal.type(CTRL_C)
            seen = read_until(terminal, lambda seen: b"chat> " in seen.partition(b"cancelled")[2])
            waits.append(1000 * (time.monotonic() - start))
            steps.append(step_ms(plain(seen)))
        return steps, waits


def read_until(terminal, condition):
    seen = b""
    while not condition(seen):
        seen += terminal.process.read_nonblocking(1 << 16, timeout=10)
    return seen


def in_notebook(times):
    kernel = Kernel()
    try:
        steps, waits = [], []
        for _ in range(times):
            request = kernel.send(LONG)
            kernel.wait_for(request, lambda m: m["msg_type"] == "update_display_data")
            time.sleep(random.uniform(0, LATEST))
            start = time.monotonic()
            kernel.manager.interrupt_kernel()
            kernel.reply(request)
            waits.append(1000 * (time.monotonic() - start))
            shown = [m for m in kernel.outputs(request) if m["msg_type"] == "update_display_data"]
            steps.append(step_ms(shown[-1]["content"]["data"]["text/plain"]))
        return steps, waits
    finally:
        kernel.close()


def report(name, steps, waits):
    print(
        f"{name}: median {statistics.median(waits):.0f} ms, maximum {max(waits):.0f} ms of {len(waits)};"
        f" a decode step {statistics.median(steps):.1f} ms"
    )
    if os.environ.get("EACH"):
        print("  " + " ".join(f"{w:.0f}" for w in waits))


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    report("terminal", *in_terminal(wanted))
    report("notebook", *in_notebook(wanted))
