#!/usr/bin/env python3
"""Fetches MLX's published wheel, builds the C ABI shim against it, and packs both as resources of the natives jar.

The one pinned version stands in mlx.version. Nothing is done twice: the wheel stays in the build folder, and the shim is
rebuilt only when its sources, the version or the back end changed.
"""

import argparse
import hashlib
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = {"cpu": "mlx-cpu", "metal": "mlx-metal", "cuda": "mlx-cuda-13"}


def fail(sentence):
    sys.exit(f"natives: {sentence}")


def platform_name():
    system = {"Linux": "linux", "Darwin": "macos"}.get(platform.system())
    machine = {"x86_64": "x86_64", "AMD64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}.get(platform.machine())
    if system is None or machine is None or (system, machine) == ("macos", "x86_64"):
        fail(f"MLX has no build for {platform.system()} {platform.machine()}; use Linux or an Apple silicon Mac.")
    return system, machine


def run(command, why):
    """Runs a command quietly; its output is shown only where it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.stdout.write(done.stdout)
        fail(f"{why} failed: {' '.join(map(str, command))}")


def need(tool, install):
    if shutil.which(tool) is None:
        fail(f"{tool} was not found on PATH; {install}.")


def fetch(package, version, folder):
    """The unpacked wheel: a folder with mlx/lib, mlx/include and, on Linux, mlx_*.libs."""
    tree = folder / f"{package}-{version}"
    if tree.exists():
        return tree
    wheels = folder / "wheel"
    print(f"natives: fetching {package} {version}", flush=True)
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode:
        fail("Python's pip was not found; install it (python3-pip, or python3 -m ensurepip).")
    run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
         "--only-binary=:all:", "--dest", str(wheels), f"{package}=={version}"],
        f"fetching {package} {version}",
    )
    wheel = next(wheels.glob(f"{package.replace('-', '_')}-{version}-*.whl"))
    partial = folder / "unpacking"
    shutil.rmtree(partial, ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(partial)
    partial.rename(tree)
    return tree


def libraries(tree):
    """What the program needs at run time: every library and data file, and the headers that GPU back ends compile with."""
    for path in sorted(tree.rglob("*")):
        relative = path.relative_to(tree)
        if not path.is_file() or relative.parts[0].endswith(".dist-info"):
            continue
        top = relative.parts[:2]
        if top == ("mlx", "share") or (top == ("mlx", "include") and not relative.parts[2] in ("cccl", "cute", "cutlass")):
            continue
        yield path, relative


def pack(tree, shim, licence, resources):
    """Lays the library tree out as resources beside a manifest of sha256, size and path."""
    shutil.rmtree(resources, ignore_errors=True)
    entries = []
    for source, relative in [*libraries(tree), (shim, Path(shim.name)), *licence]:
        target = resources / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        entries.append((hashlib.sha256(target.read_bytes()).hexdigest(), target.stat().st_size, relative.as_posix()))
    (resources / "manifest.txt").write_text("".join(f"{h} {n} {p}\n" for h, n, p in entries))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build-dir", type=Path, required=True)
    parser.add_argument("--backend", default="auto", choices=["auto", "cpu", "metal", "cuda"])
    parser.add_argument("--mlx-root", default="", help="an installed MLX package folder instead of the wheel")
    options = parser.parse_args()

    system, machine = platform_name()
    backend = options.backend if options.backend != "auto" else "metal" if system == "macos" else "cpu"
    version = (HERE / "mlx.version").read_text().strip()
    need("cmake", "install CMake 3.21 or newer")
    if not any(shutil.which(c) for c in ("c++", "g++", "clang++")):
        fail("no C++ compiler was found on PATH; install g++ 12 or newer, or Apple's command line tools.")

    build = options.build_dir
    build.mkdir(parents=True, exist_ok=True)
    if options.mlx_root:
        tree = Path(options.mlx_root).resolve().parent
        mlx_root = Path(options.mlx_root).resolve()
    else:
        tree = fetch(PACKAGES[backend], version, build)
        mlx_root = tree / "mlx"

    out = build / "cmake"
    # Finds the compiler and is slow, so once a folder; later changes of the list of files are CMake's own to notice.
    if not (out / "CMakeCache.txt").exists() or f"MLX_ROOT:PATH={mlx_root}\n" not in (out / "CMakeCache.txt").read_text():
        print(f"natives: building the shim against MLX {version} ({backend})", flush=True)
        run(["cmake", "-S", str(HERE), "-B", str(out), "-DCMAKE_BUILD_TYPE=Release", f"-DMLX_ROOT={mlx_root}"], "configuring")
    run(["cmake", "--build", str(out), "--parallel"], "building the shim")

    shim = next(p for p in out.glob("libmlxmtp.*") if p.suffix in (".so", ".dylib"))
    suffix = "-cuda" if backend == "cuda" else ""
    resources = build / "classes" / "dev" / "mlxmtp" / "natives" / f"{system}-{machine}{suffix}"
    manifest = resources / "manifest.txt"
    stamp = f"{hashlib.sha256(shim.read_bytes()).hexdigest()} {shim.stat().st_size} {shim.name}\n"
    if not manifest.exists() or stamp not in manifest.read_text():
        licences = [(p, Path("MLX-LICENSE")) for p in tree.glob("*.dist-info/licenses/LICENSE")]
        pack(tree, shim, licences, resources)


if __name__ == "__main__":
    main()
