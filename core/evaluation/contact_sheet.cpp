// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/contact_sheet.h"

#include "core/base/color_map.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace elbo {

namespace {

constexpr int kGap = 4;
constexpr std::uint8_t kGrey = 128;

}  // namespace

DepthRange depthRange(std::span<const ShownImage> images)
{
    DepthRange range{std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
    for (const auto& image : images) {
        for (const float value : image.depth.values) {
            if (std::isfinite(value)) {
                range.low = std::min(range.low, value);
                range.high = std::max(range.high, value);
            }
        }
    }
    return range.low <= range.high ? range : DepthRange{};
}

Image8 emptySheet(int columns, int rows, int width, int height)
{
    Image8 sheet{.width = columns * (width + kGap) - kGap,
                 .height = rows * (height + kGap) - kGap,
                 .channels = 3,
                 .pixels = {}};
    sheet.pixels.assign(static_cast<std::size_t>(sheet.width) * static_cast<std::size_t>(sheet.height) * 3,
                        kGrey);
    return sheet;
}

void pasteIntoSheet(Image8& sheet, const Image8& picture, int column, int row, int width, int height)
{
    const int left = column * (width + kGap), top = row * (height + kGap);
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

Image8 contactSheet(std::span<const ShownImage> images, int columns, std::optional<DepthRange> range)
{
    if (images.empty()) {
        return {};
    }
    const int width = images.front().color.width, height = images.front().color.height;
    const bool depth = !images.front().depth.empty();
    const int count = static_cast<int>(images.size());
    const int across = std::clamp(columns, 1, count);
    auto sheet = emptySheet(depth ? 2 * across : across, (count + across - 1) / across, width, height);
    const auto& map = findColorMap("turbo");
    const auto colored = range.value_or(depthRange(images));
    for (int i = 0; i < count; ++i) {
        const auto& image = images[static_cast<std::size_t>(i)];
        pasteIntoSheet(sheet, image.color, i % across, i / across, width, height);
        if (depth) {
            pasteIntoSheet(sheet, applyColorMap(image.depth, map, colored.low, colored.high),
                           across + i % across, i / across, width, height);
        }
    }
    return sheet;
}

}  // namespace elbo
