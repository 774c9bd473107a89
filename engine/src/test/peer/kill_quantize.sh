#!/usr/bin/env bash
# Kills ./mtp quantize at random moments: nothing may be there that loads, and the next run must succeed.
# usage: engine/src/test/peer/kill_quantize.sh MODEL [TIMES]
set -euo pipefail
cd "$(dirname "$0")/../../../.."
model=${1:?a folder that takes some seconds to quantize, for example one of make_large.py}
times=${2:-5}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
out="$scratch/out"
./mtp --version >/dev/null
start=$(date +%s%N)
./mtp quantize --src "$model" --mode mxfp4 --out "$out" >/dev/null
whole=$((($(date +%s%N) - start) / 1000000))
(cd "$out" && sha256sum * >"$scratch/sums")
rm -rf "$out"
for i in $(seq "$times"); do
  wait_ms=$((RANDOM * whole / 32768))
  ./mtp quantize --src "$model" --mode mxfp4 --out "$out" >/dev/null 2>&1 &
  pid=$!
  sleep "$(awk "BEGIN { print $wait_ms / 1000 }")"
  kill -9 "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  if [ -e "$out" ]; then
    (cd "$out" && sha256sum --quiet -c "$scratch/sums") && echo "$i: after $wait_ms ms: the folder was whole"
    rm -rf "$out"
  elif ./mtp load "$out" 2>/dev/null; then
    echo "$i: after $wait_ms ms: a folder that is not there was loaded"
    exit 1
  else
    echo "$i: after $wait_ms ms: no folder, load refuses; left beside: $(ls -A "$scratch" | tr '\n' ' ')"
  fi
done
./mtp quantize --src "$model" --mode mxfp4 --out "$out" >/dev/null
(cd "$out" && sha256sum --quiet -c "$scratch/sums")
echo "the next run wrote the same bytes; beside it: $(ls -A "$scratch" | tr '\n' ' ')"
