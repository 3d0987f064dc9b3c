// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace elbo {

/// 256 RGB entries from the tables in resources/colormaps (their sources stand there).
struct ColorMap {
    std::string_view key;  ///< "turbo", "viridis", "magma", "signed"
    std::array<std::array<std::uint8_t, 3>, 256> entries;
};

[[nodiscard]] std::span<const ColorMap> colorMaps();
/// @throws Error(BadSetting) for a key nobody knows
[[nodiscard]] const ColorMap& findColorMap(std::string_view key);

/// Values in [low, high] through the map; outside: the end colours; NaN: neutral grey (128). low = high: the
/// middle entry.
[[nodiscard]] Image8 applyColorMap(const ImageF& values, const ColorMap& map, float low, float high);

}  // namespace elbo
