# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What run.sh and test.sh share: system packages, LibTorch, configure, build. It is sourced, never started.
# Every step may be interrupted and repeated: downloads land in a temporary folder and are renamed when whole, and
# locks keep two set-ups from working at once.

readonly torch_version=2.13.0
readonly cpu_index=https://download.pytorch.org/whl/cpu
readonly cuda_index=https://download.pytorch.org/whl/cu130
readonly preset=release

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/$preset
cache=${XDG_CACHE_HOME:-${HOME:?HOME is not set, so there is no place for LibTorch: set HOME or XDG_CACHE_HOME}/.cache}/elbo
script=$(basename "$0")
device=auto   # auto, cpu or cuda
torch_dir=""  # LibTorch, once it was found

say() { printf '%s: %s\n' "$script" "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# try_option OPTION: takes --cpu and --cuda; fails for another.
try_option() {
  case "$1" in
    --cpu) device=cpu ;;
    --cuda) device=cuda ;;
    *) return 1 ;;
  esac
}

# with_lock FILE WHAT COMMAND...: one process at a time; the lock goes with the process, however it ends.
with_lock() {
  local file=$1 what=$2
  shift 2
  mkdir -p "$(dirname "$file")" || fail "cannot write to $(dirname "$file"): check its permissions and free space."
  local lock
  exec {lock}>"$file"
  if ! flock --nonblock "$lock"; then
    say "waiting for another $what (lock $file)"
    flock "$lock"
  fi
  "$@"
  exec {lock}>&-
}

# --- System packages ---------------------------------------------------------------------------------------------

# One entry a line, alternatives separated by |: the first that the system knows is taken.
build_packages() {
  cat <<'LIST'
g++
cmake
ninja-build
qt6-base-dev
qt6-svg-dev|libqt6svg6-dev
qt6-tools-dev
qt6-l10n-tools
libqt6opengl6-dev
libqcustomplot-dev
libvtk9-dev
libopencv-dev
zlib1g-dev
libeigen3-dev
libexiv2-dev
libgif-dev
libhdf5-dev
libcurl4-openssl-dev
libssl-dev
libmatio-dev
libcli11-dev
nlohmann-json3-dev
libspdlog-dev
libopenmpi-dev
mold
LIST
}

test_packages() {
  cat <<'LIST'
xvfb
libgl1-mesa-dri
xauth
dbus-daemon|dbus
fonts-dejavu-core
desktop-file-utils
appstream
openmpi-bin
LIST
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# missing_packages < LIST: prints those of the list that are not installed.
missing_packages() {
  local line name found
  while read -r line; do
    found=no
    for name in ${line//|/ }; do
      if is_installed "$name"; then
        found=yes
        break
      fi
    done
    [ $found = yes ] || printf '%s\n' "$line"
  done
}

# known_name A|B: the alternative that the package lists know, else the first.
known_name() {
  local name
  for name in ${1//|/ }; do
    if [ -n "$(apt-cache search --names-only "^${name//+/\\+}\$" 2>/dev/null)" ]; then
      printf '%s\n' "$name"
      return
    fi
  done
  printf '%s\n' "${1%%|*}"
}

# need_packages < LIST: installs what is missing.
need_packages() {
  local missing=() names=() run=() line
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    say "this is neither Debian nor Ubuntu, so no package is installed; CMake will name what is missing."
    return
  fi
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null; then
      run=(sudo)
    else
      fail "these system packages are missing: ${missing[*]//|*/}. Ask an administrator to run: apt-get install ${missing[*]//|*/}"
    fi
  fi
  run+=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -q)
  say "installing system packages ($([ "$(id -u)" -eq 0 ] && echo as root || echo with sudo)): ${missing[*]}"
  "${run[@]}" update >&2 || say "the package lists could not all be refreshed; going on with those there are."
  for line in "${missing[@]}"; do
    names+=("$(known_name "$line")")
  done
  "${run[@]}" install -y --no-install-recommends "${names[@]}" >&2 ||
    fail "apt-get could not install ${names[*]}: read its message above; 'dpkg --configure -a' mends an interrupted one, then start $script again."
}

# --- LibTorch ----------------------------------------------------------------------------------------------------

# torch_version_of FOLDER: prints "2.13" for a LibTorch, nothing else.
torch_version_of() {
  local header
  for header in include/torch/headeronly/version.h include/torch/csrc/api/include/torch/version.h; do
    if [ -f "$1/$header" ] && [ -f "$1/lib/libtorch_cpu.so" ] &&
      grep -q '^#define TORCH_VERSION_MAJOR [0-9]' "$1/$header"; then
      awk '/^#define TORCH_VERSION_MAJOR/ {major = $3} /^#define TORCH_VERSION_MINOR/ {minor = $3}
        END {print major "." minor}' "$1/$header"
      return
    fi
  done
}

is_accepted() { case "$(torch_version_of "$1")" in 2.11 | 2.12 | 2.13 | 2.14) ;; *) return 1 ;; esac; }
is_cuda_build() { [ -e "$1/lib/libtorch_cuda.so" ]; }
has_nvidia_driver() { [ -e /proc/driver/nvidia/version ] || { command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1; }; }

# The folder of the torch that python3 would import, found without importing it.
importable_torch() {
  command -v python3 >/dev/null || return 0
  python3 -c "import importlib.util as u, os
s = u.find_spec('torch')
print(os.path.dirname(s.origin) if s and s.origin else '')" 2>/dev/null || true
}

# need_space GIB FOLDER
need_space() {
  local free
  free=$(df --output=avail -k "$2" | tail -n 1)
  [ "$free" -ge $(($1 * 1024 * 1024)) ] ||
    fail "LibTorch needs $1 GB free in $2 and there are $((free / 1024 / 1024)): make room, or set XDG_CACHE_HOME to a larger disk."
}

# pip_install PIP TARGET OPTION...: torch into an empty folder; CUDA builds with the libraries they need.
pip_install() {
  local pip=$1 target=$2
  shift 2
  rm -rf "$target"
  "$pip" install --disable-pip-version-check --no-deps --target "$target" "$@" "torch==$torch_version" >&2 || return 1
  if [ "$device" != cpu ] && is_cuda_build "$target/torch"; then
    local whole=("$pip" install --disable-pip-version-check --target "$target" "$@" "torch==$torch_version")
    rm -rf "$target"
    # The second brings the headers that recording steps as graphs needs beside torch's own wheels.
    "${whole[@]}" "nvidia-cuda-crt==13.0.*" >&2 || {
      say "CUDA's headers were not found: steps will not be recorded as graphs."
      rm -rf "$target"
      "${whole[@]}" >&2 || return 1
    }
  fi
}

# Is pip told of other places than its own index? Then those are asked first.
pip_is_configured() { "$1" config list 2>/dev/null | grep -qE "\.(index-url|extra-index-url|find-links|no-index)="; }

# Fills TARGET with the wanted build. A CPU machine must not fetch the gigabytes of a CUDA build when it can be avoided:
# PyTorch keeps its CPU builds on an index of their own.
fetch_with_pip() {
  local pip=$1 target=$2 kind=$3
  local own_index=(--index-url "$cpu_index" --timeout 15 --retries 1)
  if [ "$kind" = cuda ]; then
    if pip_install "$pip" "$target" && is_cuda_build "$target/torch"; then
      return
    fi
    say "pip's index gave no CUDA build; asking PyTorch's own."
    pip_install "$pip" "$target" --index-url "$cuda_index" --extra-index-url https://pypi.org/simple &&
      is_cuda_build "$target/torch"
  elif pip_is_configured "$pip"; then
    pip_install "$pip" "$target" || pip_install "$pip" "$target" "${own_index[@]}"
  else
    pip_install "$pip" "$target" "${own_index[@]}" || {
      say "PyTorch's index of CPU builds did not answer; taking the larger build that pip finds."
      pip_install "$pip" "$target"
    }
  fi
}

# fetch_torch KIND: LibTorch into the cache.
fetch_torch() {
  local kind=$1
  local place=$cache/libtorch-$torch_version-$kind
  [ ! -e "$place/torch/lib/libtorch_cpu.so" ] || return 0
  rm -rf "$cache"/libtorch-*.part
  need_space "$([ "$kind" = cuda ] && echo 12 || echo 3)" "$cache"
  printf 'python3-venv\n' | need_packages
  say "fetching LibTorch $torch_version for $kind into $place"
  local part=$place.part
  mkdir -p "$part"
  # Debian's Python refuses pip outside a virtual environment; this one is gone again when pip is done.
  python3 -m venv "$part/venv" || fail "python3 could not make a virtual environment: install python3-venv and start $script again."
  fetch_with_pip "$part/venv/bin/pip" "$part/site" "$kind" ||
    fail "pip could not get LibTorch $torch_version ($kind): check the network (its message is above) and start $script again, or set ELBO_TORCH to an unpacked LibTorch or to the torch folder of a wheel."
  is_accepted "$part/site/torch" || fail "what pip brought is no LibTorch $torch_version: set ELBO_TORCH to one."
  if [ "$kind" = cpu ] && is_cuda_build "$part/site/torch" && [ ! -d "$part/site/nvidia" ]; then
    # Its libraries name cuDNN and others, which were left out: bring them, or nothing loads.
    device=cuda pip_install "$part/venv/bin/pip" "$part/site" || fail "pip could not get what LibTorch needs: check the network and start $script again."
  fi
  rm -rf "$place"
  mv "$part/site" "$place"
  rm -rf "$part"
}

# Sets torch_dir: ELBO_TORCH, else what Python would import, else the cache, which is filled when it is empty.
find_torch() {
  local kind=$device found
  if [ -n "${ELBO_TORCH:-}" ]; then
    is_accepted "$ELBO_TORCH" ||
      fail "ELBO_TORCH=$ELBO_TORCH is no LibTorch 2.11 to 2.14 (it is '$(torch_version_of "$ELBO_TORCH")'): set it to the torch folder of a wheel or to an unpacked LibTorch, or unset it."
    if [ "$device" = cuda ] && ! is_cuda_build "$ELBO_TORCH"; then
      fail "ELBO_TORCH=$ELBO_TORCH is a CPU build and --cuda was asked for: unset it or leave --cuda out."
    fi
    torch_dir=$(cd "$ELBO_TORCH" && pwd)
    return
  fi
  if [ "$kind" = auto ]; then
    if has_nvidia_driver; then kind=cuda; else kind=cpu; fi
  fi
  found=$(importable_torch)
  if [ -n "$found" ] && is_accepted "$found" && { [ "$kind" = cpu ] || is_cuda_build "$found"; }; then
    torch_dir=$found
    return
  fi
  with_lock "$cache/lock" "set-up that fetches LibTorch" fetch_torch "$kind"
  torch_dir=$cache/libtorch-$torch_version-$kind/torch
}

# --- Configure and build -----------------------------------------------------------------------------------------

# One job a core, but none without 2 GB of memory: a file that includes LibTorch takes about 1.5.
build_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable/ {print int($2 / 2097152)}' /proc/meminfo)
  [ "${memory:-1}" -ge 1 ] || memory=1
  echo $((cores < memory ? cores : memory))
}

# configure_and_build TARGETS CMAKE_OPTION...: TARGETS is a list in one word.
configure_and_build() {
  local targets=$1
  shift
  mkdir -p "$build"
  say "building with LibTorch of $torch_dir"
  (cd "$root" && cmake --preset $preset -DELBO_TORCH="$torch_dir" "$@" >"$build/configure.log" 2>&1) || {
    tail -n 30 "$build/configure.log" >&2
    fail "CMake could not configure the build: its message is above (all of it in $build/configure.log)."
  }
  build_targets "$targets"
}

build_targets() {
  # shellcheck disable=SC2086  # a list of targets in one word
  (cd "$root" && cmake --build --preset $preset --parallel "$(build_jobs)" --target $1) >&2 ||
    fail "the build failed: the compiler's message is above. After 'git pull' it may help to remove $build and start $script again."
}
