#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts_test.sh ROOT SCRATCH: run.sh and test.sh in a small tree, with cmake, pip, apt-get and the programs replaced by
# scripts that write down how they were called. What the scripts decide is tested here; that the real tools do their
# part is what packaging/test.sh itself shows.
set -euo pipefail
root=$1
scratch=$2
rm -rf "$scratch"
mkdir -p "$scratch"/{bin,cache,home}
failures=0

check() { # check WHAT COMMAND...
  local what=$1
  shift
  if "$@"; then echo "ok: $what"; else
    echo "FAILED: $what"
    sed 's/^/    | /' "$scratch/output"
    failures=$((failures + 1))
  fi
}
says() { tr '\n' ' ' <"$scratch/output" | grep -qF -- "$1"; }
called() { grep -qF -- "$1" "$scratch/calls"; }
not() { ! "$@"; }

# tool NAME BODY: a command that writes its arguments down and then does BODY.
tool() {
  printf '#!/usr/bin/env bash\necho "%s $*" >>"%s/calls"\n%s\n' "$1" "$scratch" "$2" >"$scratch/bin/$1"
  chmod +x "$scratch/bin/$1"
}

# make_torch FOLDER MINOR [cuda]
make_torch() {
  mkdir -p "$1/include/torch/csrc/api/include/torch" "$1/lib"
  printf '#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR %s\n' "$2" \
    >"$1/include/torch/csrc/api/include/torch/version.h"
  touch "$1/lib/libtorch_cpu.so"
  [ "${3:-}" != cuda ] || touch "$1/lib/libtorch_cuda.so"
}

# start SCRIPT ARGUMENT...: in the small tree, with nothing of the caller's environment. Sets `status`.
start() {
  local name=$1
  shift
  : >"$scratch/calls"
  status=0
  env -i PATH="$scratch/bin:/usr/bin:/bin" HOME="$scratch/home" XDG_CACHE_HOME="$scratch/cache" "${with[@]}" \
    "$scratch/tree/packaging/$name" "$@" >"$scratch/output" 2>&1 || status=$?
}

tree=$scratch/tree
mkdir -p "$tree"/{core,widgets,app,resources,translations,packaging}
cp "$root"/packaging/{run,test,setup}.sh "$tree/packaging/"
touch "$tree/CMakeLists.txt" "$tree/CMakePresets.json" "$tree/core/a.cpp"
tool dpkg-query 'echo installed'
tool apt-get ''
tool apt-cache 'echo found'
tool nvidia-smi 'exit 1'
tool cmake "case \"\$*\" in *--build*) mkdir -p $tree/build/release/bin
for p in elbo elbo-cli; do printf '#!/bin/sh\necho \"started '\$p' \$*\"\n' >$tree/build/release/bin/\$p; chmod +x $tree/build/release/bin/\$p; done;; esac"
tool ctest 'echo "100% tests passed, 0 tests failed out of 1"'
make_torch "$scratch/torch" 13
window=(QT_QPA_PLATFORM=offscreen)

# --- run.sh
with=("${window[@]}" ELBO_TORCH="$scratch/torch")
start run.sh one "two words"
check "the first start configures and builds" called "cmake --preset release -DELBO_TORCH=$scratch/torch"
check "the first start builds the two programs only" called "--target elbo elbo-cli"
check "the window starts with the arguments" says "started elbo one two words"
start run.sh
check "the second start goes straight to the window" says "started elbo"
check "the second start checks nothing again" not called ""
touch -d '+2 seconds' "$tree/core/a.cpp"
start run.sh
check "a changed source is built" called "cmake --build"
check "a changed source needs no new configuration" not called "cmake --preset"
touch -d '-2 seconds' "$tree/core/a.cpp"
start run.sh --cpu
check "another device is set up again" called "cmake --preset"

with=(ELBO_TORCH="$scratch/torch")
start run.sh
check "without a display it says so" says "there is no display"
check "without a display the demonstration runs" says "started elbo-cli demo"
with=(ELBO_TORCH="$scratch/torch" DISPLAY=:987654)
start run.sh
check "a display that is gone is none" says "started elbo-cli demo"

# --- Which LibTorch
with=("${window[@]}" ELBO_TORCH="$scratch/home")
start run.sh
check "a folder that is no LibTorch is refused" says "is no LibTorch 2.11 to 2.14"
check "a refusal ends with status 1" test "$status" -eq 1
for minor in 10 15; do
  make_torch "$scratch/torch-2.$minor" $minor
  with=("${window[@]}" ELBO_TORCH="$scratch/torch-2.$minor")
  start run.sh
  check "LibTorch 2.$minor is refused" says "is no LibTorch 2.11 to 2.14 (it is '2.$minor')"
done
with=("${window[@]}" ELBO_TORCH="$scratch/torch")
start run.sh --cuda
check "--cuda refuses a CPU build" says "is a CPU build and --cuda was asked for"

# Python: no importable torch; its venv has a pip that makes a small torch, or fails as long as there is a file `offline`.
cat >"$scratch/pip" <<'PIP'
#!/usr/bin/env bash
echo "pip $*" >>"$SCRATCH/calls"
case "$*" in "config list") cat "$SCRATCH/pip-config" 2>/dev/null; exit 0 ;; esac
[ ! -e "$SCRATCH/offline" ] || exit 1
case "$*" in *whl/cpu*) [ ! -e "$SCRATCH/no-cpu-index" ] || exit 1 ;; esac
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/torch/include/torch/csrc/api/include/torch" "$2/torch/lib"
printf '#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 13\n' >"$2/torch/include/torch/csrc/api/include/torch/version.h"
touch "$2/torch/lib/libtorch_cpu.so"
PIP
chmod +x "$scratch/pip"
# shellcheck disable=SC2016  # the tool expands these, not this script
tool python3 'case "$*" in "-m venv"*) mkdir -p "$3/bin"; cp "$SCRATCH/pip" "$3/bin/pip" ;; esac'
with=("${window[@]}" SCRATCH="$scratch")
touch "$scratch/offline"
start run.sh
check "without a network it says what to do" says "check the network"
check "an unfinished download is not taken for LibTorch" test ! -e "$scratch/cache/elbo/libtorch-2.13.0-cpu"
rm "$scratch/offline"
touch "$scratch/no-cpu-index"
start run.sh
check "PyTorch's index of CPU builds is asked first" called "whl/cpu"
check "without it pip's own index serves" says "started elbo"
rm "$scratch/no-cpu-index"
rm -rf "$scratch/cache" "$tree/build"
echo "global.index-url='https://mirror.example/simple'" >"$scratch/pip-config"
start run.sh
check "an index that pip is configured for is respected" not called "whl/cpu"
rm -rf "$tree/build"
start run.sh
check "LibTorch is fetched once" not called "pip install"

# --- Packages
with=("${window[@]}" ELBO_TORCH="$scratch/torch")
tool dpkg-query 'case "$*" in *ninja*|*qt6-svg*|*svg6*) exit 1 ;; *) echo installed ;; esac'
tool id 'echo 1000'
rm -rf "$tree/build"
# A sudo of this machine lies in /usr/bin, so the one in front of it is asked.
tool sudo '"$@"'
start run.sh
check "missing packages are installed with sudo" called "sudo env"
check "of alternatives the first known is taken" called "ninja-build qt6-svg-dev"
check "it says which packages and how" says "installing system packages (with sudo): ninja-build qt6-svg-dev|libqt6svg6-dev"
tool apt-get 'exit 100'
rm -rf "$tree/build"
start run.sh
check "a failing apt-get ends it with a sentence" says "apt-get could not install ninja-build"

# --- test.sh
tool dpkg-query 'echo installed'
start test.sh -DELBO_WERROR=ON -R core
check "test.sh hands options to CMake" called "-DELBO_WERROR=ON"
check "test.sh builds everything" called "--target all"
check "test.sh hands the rest to ctest" called "-R core"
check "test.sh prints the line of ctest" says "100% tests passed"
tool ctest 'exit 8'
start test.sh
check "failing tests fail test.sh" test "$status" -eq 1
tool cmake 'echo "No such compiler"; exit 1'
start test.sh
check "a failing CMake is shown" says "No such compiler"

[ $failures -eq 0 ] || exit 1
