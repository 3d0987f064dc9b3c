#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# From a fresh clone to the window: installs what is missing, gets LibTorch, builds, starts Elbo.
#
#   packaging/run.sh [--cpu|--cuda] [arguments of elbo...]
#
# --cuda takes LibTorch for NVIDIA GPUs, --cpu the one without; by default an NVIDIA driver decides. ELBO_TORCH names a
# LibTorch of your own. Without a display it runs `elbo-cli demo` instead.
set -euo pipefail
# shellcheck source=packaging/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

case "${1:-}" in
  -h | --help)
    sed -n '3,9s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac
while [ $# -gt 0 ] && try_option "$1"; do shift; done
[ "${1:-}" != -- ] || shift

# The stamp says with what the programs were built; while it stands and no source is newer, nothing is checked again.
stamp=$build/run.stamp
stamp_text() { printf '%s\n' "$device" "${ELBO_TORCH:-}" "$root"; }

is_current() {
  [ -e "$stamp" ] && [ -x "$build/bin/elbo" ] && [ -x "$build/bin/elbo-cli" ] || return 1
  [ "$(head -n 3 "$stamp")" = "$(stamp_text)" ] && [ -e "$(sed -n 4p "$stamp")/lib/libtorch_cpu.so" ]
}

newer_source() {
  find "$root/core" "$root/widgets" "$root/app" "$root/resources" "$root/translations" "$root/packaging" \
    "$root/CMakeLists.txt" "$root/CMakePresets.json" -newer "$stamp" -print -quit
}

set_up() {
  local started
  if is_current && [ -z "$(newer_source)" ]; then
    return  # another run.sh was faster
  fi
  mkdir -p "$build"
  # Its time is from before the build, so that a source saved meanwhile is newer.
  started=$build/run.stamp.new
  : >"$started"
  if is_current; then
    torch_dir=$(sed -n 4p "$stamp")
    say "the sources have changed: building"
    build_targets "elbo elbo-cli"
  else
    build_packages | need_packages
    find_torch
    configure_and_build "elbo elbo-cli"
  fi
  { stamp_text && printf '%s\n' "$torch_dir"; } >"$started.text"
  touch -r "$started" "$started.text"
  rm "$started"
  mv "$started.text" "$stamp"
}

# A display that an environment variable names may be gone: a local X server has its socket.
has_display() {
  local number
  [ -z "${QT_QPA_PLATFORM:-}" ] || return 0
  [ -z "${WAYLAND_DISPLAY:-}" ] || return 0
  case "${DISPLAY:-}" in
    "") return 1 ;;
    :*)
      number=${DISPLAY#:}
      [ -S "/tmp/.X11-unix/X${number%%.*}" ]
      ;;
    *) return 0 ;;
  esac
}

if ! is_current || [ -n "$(newer_source)" ]; then
  mkdir -p "$build"
  with_lock "$build/setup.lock" "set-up in $build" set_up
fi

if has_display; then
  exec "$build/bin/elbo" "$@"
fi
say "there is no display (neither DISPLAY nor WAYLAND_DISPLAY leads to one), so here is the demonstration on the command line; over ssh, 'ssh -X' brings the window."
exec "$build/bin/elbo-cli" demo
