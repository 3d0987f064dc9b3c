#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Formats what changed against main and reads it with clang-tidy. Prints what it changed as a patch.
#
#   packaging/lint.sh [--since REF]   format the changed files in place, then lint the changed .cpp files
#   packaging/lint.sh --format-only   the first half
#   packaging/lint.sh --all           every tracked file instead of the changed ones
#   packaging/lint.sh --check         change nothing; print the patch that formatting would make and fail if there
#                                     is one (every tracked file; no clang-tidy)
set -euo pipefail

readonly version=19
cd "$(dirname "$0")/.."

fail() {
  printf 'lint.sh: %s\n' "$*" >&2
  exit 1
}

# find_tool NAME: prints NAME-19, or NAME if that is version 19; another version formats otherwise and is refused.
find_tool() {
  local tool
  for tool in "$1-$version" "$1"; do
    if command -v "$tool" >/dev/null && "$tool" --version | grep -q "version $version\."; then
      printf '%s\n' "$tool"
      return
    fi
  done
  fail "$1 $version is needed and another version is refused: install it (Debian: $1-$version from bookworm-backports)."
}

mode=fix
all=no
tidy=yes
since=main
while [ $# -gt 0 ]; do
  case "$1" in
    --check) mode=check all=yes tidy=no ;;
    --all) all=yes ;;
    --format-only) tidy=no ;;
    --since)
      [ $# -gt 1 ] || fail "--since needs a commit or branch."
      since=$2
      shift
      ;;
    *) fail "unknown option $1; see the head of this script." ;;
  esac
  shift
done

clang_format=$(find_tool clang-format)

changed() {
  if [ "$all" = yes ]; then
    git ls-files -- '*.h' '*.cpp'
  else
    git rev-parse --verify --quiet "$since^{commit}" >/dev/null || fail "there is no commit $since to compare with; use --since REF."
    {
      git diff --name-only --diff-filter=d "$(git merge-base "$since" HEAD)" -- '*.h' '*.cpp'
      git ls-files --others --exclude-standard -- '*.h' '*.cpp'
    } | sort -u
  fi
}

mapfile -t files < <(changed)
if [ ${#files[@]} -eq 0 ]; then
  echo "lint.sh: nothing changed"
  exit 0
fi

patch=$(mktemp)
formatted=$(mktemp)
trap 'rm -f "$patch" "$formatted"' EXIT
for file in "${files[@]}"; do
  [ -f "$file" ] || continue
  "$clang_format" --style=file "$file" >"$formatted"
  diff -u --label "a/$file" --label "b/$file" "$file" "$formatted" >>"$patch" || true
  if [ "$mode" = fix ] && ! cmp -s "$file" "$formatted"; then
    cat "$formatted" >"$file"
  fi
done
cat "$patch"
if [ "$mode" = check ]; then
  [ ! -s "$patch" ] || fail "the patch above is missing: run packaging/lint.sh --format-only --all."
  echo "lint.sh: ${#files[@]} files are formatted"
  exit 0
fi

[ "$tidy" = yes ] || exit 0
mapfile -t sources < <(printf '%s\n' "${files[@]}" | grep '\.cpp$' || true)
[ ${#sources[@]} -gt 0 ] || exit 0
clang_tidy=$(find_tool clang-tidy)
cmake --preset tidy >/dev/null
# Headers that moc makes must exist before a source that includes one can be read.
cmake --build --preset tidy --target autogen test_mocs >/dev/null
"$clang_tidy" -p build/tidy --quiet "${sources[@]}"
