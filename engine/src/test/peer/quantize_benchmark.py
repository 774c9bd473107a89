"""Time and peak memory of `./mtp quantize` beside mlx-lm's convert, on the same folder, taking turns.

Whole processes are timed, from their start to the written folder; ours ends when the disk has it, mlx-lm's when the
operating system has it.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import peer

BITS = {"mxfp4": 4, "mxfp8": 8}


def measure(command):
    """Seconds, and peak resident bytes."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{command[0]} failed: {errors.decode()[-500:]}")
    return seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder to quantize, for example one of make_large.py")
    parser.add_argument("--modes", nargs="+", default=list(BITS), choices=list(BITS))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scratch", type=Path, help="folder for the outputs (default: a temporary one)")
    peer.add_options(parser)
    options = parser.parse_args()
    peer.enter(options.peer)
    print("| mode | mlx-lm convert, s | peak, GB | ours, s | peak, GB | mlx-lm ÷ ours |")
    print("| --- | --- | --- | --- | --- | --- |")
    for mode in options.modes:
        theirs, ours = [], []
        for _ in range(options.runs):
            with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
                convert = (
                    "import sys, mlx.core as mx; mx.set_default_device(mx.cpu); from mlx_lm import convert; "
                    "convert(sys.argv[1], sys.argv[2], quantize=True, q_group_size=32, "
                    f"q_bits={BITS[mode]}, q_mode='{mode}')"
                )
                theirs.append(measure([sys.executable, "-c", convert, str(options.model), f"{scratch}/theirs"]))
                shutil.rmtree(f"{scratch}/theirs")
                ours.append(
                    measure(
                        [str(peer.ROOT / "mtp"), "quantize", "--src", str(options.model), "--mode", mode]
                        + ["--out", f"{scratch}/ours"]
                    )
                )
        seconds = [statistics.median(time for time, _ in runs) for runs in (theirs, ours)]
        peaks = [max(peak for _, peak in runs) / 1e9 for runs in (theirs, ours)]
        print(
            f"| {mode} | {seconds[0]:.1f} | {peaks[0]:.2f} | {seconds[1]:.1f} | {peaks[1]:.2f} "
            f"| {seconds[0] / seconds[1]:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
