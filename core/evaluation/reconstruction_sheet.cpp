// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/color_map.h"
#include "core/evaluation/reconstruct.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace elbo {
namespace {

constexpr int kGap = 4;
constexpr std::uint8_t kGrey = 128;

/// Copies a picture, grey repeated, to that corner of an RGB sheet that has room for it.
void paste(Image8& sheet, const Image8& picture, int left, int top)
{
    for (int y = 0; y < picture.height; ++y) {
        for (int x = 0; x < picture.width; ++x) {
            for (int channel = 0; channel < 3; ++channel) {
                const int from =
                    (y * picture.width + x) * picture.channels + (picture.channels == 3 ? channel : 0);
                const int to = ((top + y) * sheet.width + left + x) * 3 + channel;
                sheet.pixels[static_cast<std::size_t>(to)] = picture.pixels[static_cast<std::size_t>(from)];
            }
        }
    }
}

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
    Image8 sheet{.width = columns * (width + kGap) - kGap,
                 .height = rows * (height + kGap) - kGap,
                 .channels = 3,
                 .pixels = {}};
    sheet.pixels.assign(static_cast<std::size_t>(sheet.width) * static_cast<std::size_t>(sheet.height) * 3,
                        kGrey);
    for (int column = 0; column < columns; ++column) {
        const auto& each = reconstructions[static_cast<std::size_t>(column)];
        const int left = column * (width + kGap);
        paste(sheet, each.truthColor, left, 0);
        paste(sheet, each.color, left, height + kGap);
        if (!each.truthDepth.empty()) {
            const auto [truth, answer] = depthPictures(each);
            paste(sheet, truth, left, 2 * (height + kGap));
            paste(sheet, answer, left, 3 * (height + kGap));
        }
    }
    return sheet;
}

}  // namespace elbo
