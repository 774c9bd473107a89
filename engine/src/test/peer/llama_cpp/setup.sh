#!/usr/bin/env bash
# llama.cpp as a second peer: its prebuilt libraries and, as a git bundle, its source come from npm (the packages of
# node-llama-cpp); of it only the front end llama-bench is compiled here, in seconds. Then a checkpoint as GGUF files.
#   engine/src/test/peer/llama_cpp/setup.sh MODEL_DIR [TYPE...]     types: bf16, f16, q8_0, q4_0, mxfp4, ...
# Needs npm, git, a C++ compiler and Python; everything lands in engine/target/llama_cpp.
set -euo pipefail
version=3.22.1
here=$(cd "$(dirname "$0")" && pwd)
to=$(cd "$here/../../../.." && pwd)/target/llama_cpp
model=$(cd "$1" && pwd)
shift
mkdir -p "$to/bin"
cd "$to"
for package in @node-llama-cpp/linux-x64 node-llama-cpp; do
  folder=${package#@}
  folder=${folder//\//-}-$version
  [ -d "$folder" ] && continue
  npm pack --silent "$package@$version"
  mkdir "$folder" && tar xzf "$folder.tgz" -C "$folder"
done
cp node-llama-cpp-linux-x64-$version/package/bins/linux-x64/*.so bin/
[ -d source ] || git clone -q node-llama-cpp-$version/package/llama/gitRelease.bundle source
release=$(sed -n 's/.*"release": *"\(.*\)".*/\1/p' node-llama-cpp-$version/package/llama/binariesGithubRelease.json)
s=source
c++ -O2 -DNDEBUG -std=c++17 -I$s/include -I$s/ggml/include -I$s/common -I$s/src -I$s/vendor -I$s/tools/llama-bench \
  $s/tools/llama-bench/*.cpp -o bin/llama-bench -Lbin -l:libllama-common.so "-l:libllama.$release.so" \
  "-l:libggml.$release.so" -l:libggml-base.so -lpthread -ldl "-Wl,-rpath,\$ORIGIN"
[ -d venv ] || python3 -m venv venv
venv/bin/pip install -q gguf==0.19.0 "numpy>=2"
for type in "${@:-bf16}"; do
  venv/bin/python "$here/to_gguf.py" "$model" "$type.gguf" --type "$type"
  echo "LLAMA_BENCH=$to/bin/llama-bench LLAMA_GGUF=$to/$type.gguf"
done
