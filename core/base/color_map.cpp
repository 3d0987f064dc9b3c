// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/color_map.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace elbo {

namespace {

constexpr std::uint8_t kNoValueGrey = 128;

/// Index of the entry for a value; the middle one when the range is a single value.
std::size_t entryIndex(float value, float low, float high)
{
    if (!(high > low))
        return 128;
    const float scaled = std::clamp((value - low) / (high - low), 0.0F, 1.0F) * 255.0F;
    return static_cast<std::size_t>(std::lround(scaled));
}

}  // namespace

// colorMaps() stands in color_map_tables.cpp, which the build makes from resources/colormaps.

const ColorMap& findColorMap(std::string_view key)
{
    const auto maps = colorMaps();
    const auto found =
        std::find_if(maps.begin(), maps.end(), [key](const ColorMap& map) { return map.key == key; });
    if (found != maps.end())
        return *found;
    std::string keys;
    for (const auto& map : maps)
        keys += (keys.empty() ? "" : ", ") + std::string(map.key);
    throw Error(ErrorCode::BadSetting,
                "There is no colour map named \"" + std::string(key) + "\": choose one of " + keys + ".");
}

Image8 applyColorMap(const ImageF& values, const ColorMap& map, float low, float high)
{
    Image8 image{values.width, values.height, 3, {}};
    image.pixels.reserve(values.values.size() * 3);
    for (const float value : values.values) {
        if (std::isfinite(value)) {
            const auto& entry = map.entries[entryIndex(value, low, high)];
            image.pixels.insert(image.pixels.end(), entry.begin(), entry.end());
        } else {
            image.pixels.insert(image.pixels.end(), 3, kNoValueGrey);
        }
    }
    return image;
}

}  // namespace elbo
