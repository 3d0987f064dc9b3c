// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_config.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace elbo {

/// Values of a config's fields, with the defaults of its registry entry.
/// @throws Error(BadSetting) for an unknown key, Error(Internal) for a field the entry lacks
[[nodiscard]] std::int64_t dataInteger(const DataConfig& config, std::string_view field);
[[nodiscard]] double dataReal(const DataConfig& config, std::string_view field);
[[nodiscard]] std::string dataText(const DataConfig& config, std::string_view field);
[[nodiscard]] bool hasDataField(const DataConfig& config, std::string_view field);

/// Units a metre given for the set's depth files; nothing: as their kind tells (readDepth).
[[nodiscard]] std::optional<double> depthScaleOf(const DataConfig& config);

struct ImageSize {
    int width = 0;
    int height = 0;
    bool operator==(const ImageSize&) const = default;
};
/// "128" (square), "640x480" (width x height), "native" (nothing).
/// @throws Error(BadSetting) for another text and for sides outside 8..2048
[[nodiscard]] std::optional<ImageSize> parseImageSize(std::string_view text);

/// "fx;fy;cx;cy", or a file that holds four numbers or a 3x3 matrix; in pixels of the unresized colour image.
/// @throws Error(BadSetting, NotFound, BadFile)
[[nodiscard]] std::array<double, 4> parseIntrinsics(const std::string& text);

}  // namespace elbo
