// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/color_map.h"
#include "core/evaluation/contact_sheet.h"
#include "core/evaluation/reconstruct.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace elbo {
namespace {

/// Truth and reconstruction of a depth through one range, so that equal colours are equal depths.
std::pair<Image8, Image8> depthPictures(const Reconstruction& reconstruction)
{
    float low = std::numeric_limits<float>::infinity();
    float high = -std::numeric_limits<float>::infinity();
    for (const auto* image : {&reconstruction.truthDepth, &reconstruction.depth}) {
        for (const float value : image->values) {
            if (std::isfinite(value)) {
                low = std::min(low, value);
                high = std::max(high, value);
            }
        }
    }
    const auto& map = findColorMap("turbo");
    return {applyColorMap(reconstruction.truthDepth, map, low, high),
            applyColorMap(reconstruction.depth, map, low, high)};
}

}  // namespace

Image8 reconstructionSheet(const std::vector<Reconstruction>& reconstructions)
{
    int width = 0;
    int height = 0;
    bool depth = false;
    for (const auto& each : reconstructions) {
        width = std::max(width, each.truthColor.width);
        height = std::max(height, each.truthColor.height);
        depth = depth || !each.truthDepth.empty();
    }
    if (reconstructions.empty()) {
        return {};
    }
    const int columns = static_cast<int>(reconstructions.size());
    const int rows = depth ? 4 : 2;
    auto sheet = emptySheet(columns, rows, width, height);
    for (int column = 0; column < columns; ++column) {
        const auto& each = reconstructions[static_cast<std::size_t>(column)];
        pasteIntoSheet(sheet, each.truthColor, column, 0, width, height);
        pasteIntoSheet(sheet, each.color, column, 1, width, height);
        if (!each.truthDepth.empty()) {
            const auto [truth, answer] = depthPictures(each);
            pasteIntoSheet(sheet, truth, column, 2, width, height);
            pasteIntoSheet(sheet, answer, column, 3, width, height);
        }
    }
    return sheet;
}

}  // namespace elbo
