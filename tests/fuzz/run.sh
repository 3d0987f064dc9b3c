#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the fuzzers of the preset fuzz one after the other, at low priority. What ends one lies in build/fuzz/found.
#
#   tests/fuzz/run.sh [SECONDS [NAME...]]   600 seconds each; names: torch_file safetensors idx prepared ply
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly bin=$PWD/build/fuzz/bin work=$PWD/build/fuzz/corpus found=$PWD/build/fuzz/found
seconds=${1:-600}
shift || true
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(torch_file safetensors idx prepared ply)

[ -x "$bin/elbo_fuzz_seeds" ] || {
  echo "run.sh: the fuzzers are not built: cmake --preset fuzz && cmake --build --preset fuzz" >&2
  exit 1
}
mkdir -p "$found"
"$bin/elbo_fuzz_seeds" "$work"
# Files as people have them, where they lie beside the repository.
if [ -d ../shared/data/samples/torch_files ]; then
  cp -f ../shared/data/samples/torch_files/* "$work/torch_file/"
  chmod u+w "$work"/torch_file/*
fi
for name in "${names[@]}"; do
  dictionary=tests/fuzz/json.dict
  [ "$name" = torch_file ] && dictionary=tests/fuzz/torch.dict
  [ "$name" = ply ] && dictionary=tests/fuzz/ply.dict
  options=(-max_total_time="$seconds" -rss_limit_mb=1500 -malloc_limit_mb=1000 -timeout=10 -print_final_stats=1
    -artifact_prefix="$found/$name-")
  [ "$name" = idx ] || options+=(-dict="$dictionary")
  echo "== $name"
  nice -n 19 "$bin/elbo_fuzz_$name" "${options[@]}" "$work/$name"
done
