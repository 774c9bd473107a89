"""Runs the tests that need a real Jupyter client, a real terminal or a real notebook.

Makes a virtual environment under kernel/target once, installs the kernel into it with the program's own command, and
hands the arguments to pytest; `--measure SCRIPT` runs one of the measuring scripts beside the tests instead. The build
runs it after the jar is made.
"""

import hashlib
import os
import pathlib
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[3]
VENV = ROOT / "kernel" / "target" / "jupyter"
PYTHON = VENV / "bin" / "python"


def make_environment():
    requirements = HERE / "requirements.txt"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = VENV / "requirements.sha256"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    venv.create(VENV, with_pip=True, clear=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(requirements)], check=True)
    stamp.write_text(wanted)


def main(arguments):
    make_environment()
    environment = dict(os.environ)
    environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment['PATH']}"
    # Only the kernel that was just built is found, whatever else is installed here.
    environment["JUPYTER_PATH"] = str(VENV / "share" / "jupyter")
    environment["JUPYTER_DATA_DIR"] = str(VENV / "share" / "jupyter")
    environment["DEMO"] = str(ROOT / "notebooks" / "demo-model")
    environment["XDG_STATE_HOME"] = str(VENV / "state")
    install = [str(ROOT / "mtp"), "kernel", "install", "--prefix", str(VENV)]
    subprocess.run(install, check=True, stdout=subprocess.DEVNULL, env=environment)
    if arguments[:1] == ["--measure"]:
        return subprocess.run([str(PYTHON), *arguments[1:]], cwd=HERE, env=environment).returncode
    tests = arguments or ["-q", "-rs", "-p", "no:cacheprovider", "--durations=5"]
    return subprocess.run([str(PYTHON), "-m", "pytest", *tests], cwd=HERE, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
