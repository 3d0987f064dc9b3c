// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/shown_image.h"

#include <optional>
#include <span>

namespace elbo {

/// What depth pictures are coloured over.
struct DepthRange {
    float low = 0;
    float high = 1;
};
/// From the nearest to the farthest of all; [0, 1] without any.
[[nodiscard]] DepthRange depthRange(std::span<const ShownImage> images);

/// Pictures in rows, colours at the left, depth of the same images at the right (through Turbo), gaps of 4 px
/// grey. @param columns  of each half, at least 1 @param range  of depth; nothing: that of these images
[[nodiscard]] Image8 contactSheet(std::span<const ShownImage> images, int columns,
                                  std::optional<DepthRange> range = {});

/// A grey sheet of RGB for pictures of that size with gaps of 4 px between them.
[[nodiscard]] Image8 emptySheet(int columns, int rows, int width, int height);
/// Copies a picture, grey repeated, to that cell of such a sheet, whose cells have that size.
void pasteIntoSheet(Image8& sheet, const Image8& picture, int column, int row, int width, int height);

}  // namespace elbo
