#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Trains the report's networks on real images for three epochs and says whether they learn as the published ones do.
# Figures are of images that training did not see. Takes some minutes on two cores.
#   tests/benchmarks/quality.sh [DATA] [BUILD]
# DATA: holds nyu_labeled_8bit and mnist (default: shared/data beside the sources); BUILD: build/release.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
data=${1:-$root/../shared/data}
cli=${2:-$root/build/release}/bin/elbo-cli
[ -x "$cli" ] || { echo "There is no $cli: build it, or give the build folder." >&2; exit 1; }
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT
failed=0

# learns NAME LIMIT REFERENCE SPEC OPTION...
learns() {
  local name=$1 limit=$2 reference=$3 spec=$4 mse
  shift 4
  "$cli" train --data "$spec" "$@" --epochs 3 --out "$runs/$name" --json >"$runs/$name.json"
  mse=$(sed -n 's/.*"epoch":3,.*"test":{[^}]*"mse":\([0-9.]*\).*/\1/p' "$runs/$name.json")
  [ -n "$mse" ] || { echo "The run $name printed no third epoch: see its messages above." >&2; exit 1; }
  printf '%-28s test MSE after 3 epochs %10.1f   must be below %s (published network in Python: %s)\n' \
    "$name" "$mse" "$limit" "$reference"
  awk -v a="$mse" -v b="$limit" 'BEGIN {exit !(a < b)}' || failed=1
}

learns rgbd-vae-nyu 11000 9025 "rgbd-folder:$data/nyu_labeled_8bit" --model rgbd-vae
learns fc-vae-mnist 32 28.8 "mnist:$data/mnist" --preset paper/fc-vae-mnist
exit $failed
