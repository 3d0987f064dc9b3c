#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The set-up of run.sh, then every test; those of the window on a virtual screen.
#
#   packaging/test.sh [--cpu|--cuda] [-DNAME=VALUE of CMake...] [options of ctest...]
set -euo pipefail
# shellcheck source=packaging/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

case "${1:-}" in
  -h | --help)
    sed -n '3,5s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac
cmake_options=()
while [ $# -gt 0 ]; do
  case "$1" in
    -D?*) cmake_options+=("$1") ;;
    *) try_option "$1" || break ;;
  esac
  shift
done

set_up() {
  { build_packages && test_packages; } | need_packages
  find_torch
  configure_and_build all "${cmake_options[@]}"
}

mkdir -p "$build"
with_lock "$build/setup.lock" "set-up in $build" set_up

cd "$root"
say "running the tests; a failed one can be run alone with: ctest --preset $preset -R NAME"
ctest --preset $preset --no-label-summary --parallel "$(build_jobs)" "$@" ||
  fail "some tests failed: they are listed above, their output is in $build/Testing/Temporary/LastTest.log."
