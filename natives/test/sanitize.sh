#!/usr/bin/env bash
# Builds the CPU kernels with the sanitizers and runs them: natives/test/sanitize.sh [BUILD_DIR]
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-target/sanitize}
mkdir -p "$out"
for sanitizer in address,undefined thread; do
  flags="-std=c++20 -O1 -g -fno-omit-frame-pointer -fsanitize=$sanitizer -fno-sanitize-recover=all -Wno-psabi -Isrc -Iinclude"
  objects=()
  compile() { # name, target, flags
    # shellcheck disable=SC2086
    c++ $flags -DMTP_TARGET="$2" $3 -c src/cpu/kernels.cpp -o "$out/$1.o"
    objects+=("$out/$1.o")
  }
  compile baseline baseline ""
  if [ "$(uname -m)" = x86_64 ]; then
    compile avx2 avx2 "-mavx2 -mfma"
    compile avx512 avx512 "-mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma"
  fi
  # shellcheck disable=SC2086
  c++ $flags "${objects[@]}" src/cpu/dispatch.cpp src/cpu/pool.cpp test/kernels_test.cpp -lpthread -o "$out/test-${sanitizer%%,*}"
  echo "== $sanitizer"
  "$out/test-${sanitizer%%,*}"
done
