#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the committed screenshots anew: the pages during a real run on the NYU pairs, light and dark, at scale
# factors 1 and 2, 1280x800. Needs xvfb-run and ImageMagick, and a build.
#   tests/screenshots/make.sh [PAIRS] [BUILD] [EPOCHS]
# PAIRS: a folder of colour and depth pairs (default: nyu_labeled_8bit beside the sources); BUILD: build/release;
# EPOCHS: how far the run is in the first pictures (default 12, some minutes on two cores).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
pairs=${1:-$root/../shared/data/nyu_labeled_8bit}
build=${2:-$root/build/release}
epochs=${3:-12}
[ -d "$pairs" ] || { echo "There are no pairs at $pairs: give a folder of colour and depth images." >&2; exit 1; }
for tool in xvfb-run convert; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: install xvfb and imagemagick." >&2; exit 1; }
done
cmake --build "$build" --target take_screenshots elbo-cli
home=$(mktemp -d); trap 'rm -rf "$home"' EXIT
for theme in light dark; do
    for scale in 1 2; do
        QT_SCALE_FACTOR=$scale xvfb-run -a -s "-screen 0 2560x1600x24 -nolisten tcp" \
            "$build/bin/take_screenshots" "$(cd "$pairs" && pwd)" "$home" "$home" "$theme" "$epochs"
        epochs=$((epochs + 1))
    done
done
for picture in "$home"/*-[12]x.png; do
    convert "$picture" -dither None -colors 255 -strip "PNG8:$root/tests/screenshots/$(basename "$picture")"
done
ls -l "$root"/tests/screenshots/*.png
