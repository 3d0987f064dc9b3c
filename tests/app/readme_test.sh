#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# readme_test.sh README PROGRAMS SCRATCH: runs each line of README's block of shell commands as it stands, in an empty
# folder with the built programs in front.
set -euo pipefail
readme=$1
scratch=$3
export PATH=$2:$PATH

mapfile -t commands < <(awk '/^```sh$/ {inside = 1; next} /^```$/ {inside = 0} inside' "$readme")
[ ${#commands[@]} -ge 5 ] || {
  echo "the block of commands in $readme was not found"
  exit 1
}
rm -rf "$scratch"
mkdir -p "$scratch/home"
cd "$scratch"
export HOME=$scratch/home XDG_CACHE_HOME=$scratch/home/cache XDG_CONFIG_HOME=$scratch/home/config
for command in "${commands[@]}"; do
  echo "\$ $command"
  bash -c "$command" || {
    echo "README's command failed with status $?: $command"
    exit 1
  }
done
