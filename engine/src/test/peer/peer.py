"""What the peer scripts share: the virtual environment they run in, and loading a checkpoint in a given dtype.

The environment stands in one folder (engine/target/peer unless --peer names another), is made on first use and again
when a pin changed. mlx has the version of natives/mlx.version, everything else that of requirements.txt.
"""

import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
DEMO = ROOT / "notebooks" / "demo-model"
PROMPTS = HERE / "prompts"
GOLDEN = HERE.parent / "resources" / "peer"
FIXTURES = HERE.parent / "resources" / "fixtures"


def pins(requirements="requirements.txt"):
    """The requirements, one a line, with mlx at the version that the Java side binds."""
    version = (ROOT / "natives" / "mlx.version").read_text().strip()
    package = "mlx[cpu]" if platform.system() == "Linux" else "mlx"
    lines = [line.strip() for line in (HERE / requirements).read_text().splitlines()]
    return [f"{package}=={version}"] + [line for line in lines if line and not line.startswith("#")]


def add_options(parser):
    """The option every script has."""
    parser.add_argument(
        "--peer",
        type=Path,
        default=ROOT / "engine" / "target" / "peer",
        metavar="DIR",
        help="folder of the Python environment, made if absent (default: engine/target/peer)",
    )


def enter(folder, requirements="requirements.txt"):
    """Returns at once inside the environment; otherwise makes it where needed and starts the script again in it."""
    folder = Path(os.path.abspath(folder))
    if Path(sys.prefix) == folder:
        return
    python, stamp, wanted = folder / "bin" / "python", folder / "pins.txt", "\n".join(pins(requirements)) + "\n"
    if not (python.exists() and stamp.exists() and stamp.read_text() == wanted):
        print(f"peer: installing {', '.join(wanted.split())} into {folder}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, stdout=sys.stderr)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted.split()]
        subprocess.run(install, check=True, stdout=sys.stderr)
        stamp.write_text(wanted)
    sys.stdout.flush()
    os.execv(python, [str(python), *sys.argv])


def versions():
    """Versions of what computed a result, to be stored beside it."""
    from importlib.metadata import version

    return {name: version(name) for name in ("mlx", "mlx-lm", "transformers")}


def prompts(name):
    return (PROMPTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def render(tokenizer, prompt):
    """Token ids of one user turn without thinking, through the checkpoint's own template."""
    turn = [{"role": "user", "content": prompt}]
    return tokenizer.apply_chat_template(turn, add_generation_prompt=True, enable_thinking=False)


@contextlib.contextmanager
def in_dtype(folder, dtype):
    """A folder of the checkpoint with every floating tensor but A_log in dtype; the given one itself for "default".

    Cast before mlx-lm adds 1 to the norms: afterwards the sum would already be rounded to the stored dtype.
    """
    if dtype == "default":
        yield Path(folder)
        return
    import mlx.core as mx

    def cast(name, tensor):
        keep = name.endswith("A_log") or not mx.issubdtype(tensor.dtype, mx.floating)
        return tensor if keep else tensor.astype(getattr(mx, dtype))

    with tempfile.TemporaryDirectory() as copy:
        for file in sorted(Path(folder).iterdir()):
            if file.suffix == ".safetensors" and file.name.startswith("model"):
                tensors = {name: cast(name, tensor) for name, tensor in mx.load(str(file)).items()}
                mx.save_safetensors(f"{copy}/{file.name}", tensors, metadata={"format": "pt"})
            elif file.suffix in (".json", ".jinja"):
                shutil.copyfile(file, f"{copy}/{file.name}")
        yield Path(copy)


def load(folder, dtype="default"):
    """mlx-lm's model and tokenizer, the weights in memory."""
    import mlx_lm

    with in_dtype(folder, dtype) as path:
        return mlx_lm.load(str(path))


def write_json(path, head, rows):
    """Compact JSON: the head's entries one a line, then the rows, each on a line of its own."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    dumps = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    lines = [f"{json.dumps(key)}:{dumps(value)}" for key, value in head.items()]
    lines.append('"cases":[\n' + ",\n".join(map(dumps, rows)) + "\n]")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
