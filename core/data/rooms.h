// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image_source.h"

#include <cstdint>
#include <string>
#include <vector>

namespace elbo {

/// Synthetic rooms: furnished, textured and lit box rooms with exact depth in metres and their type as label
/// (models.md, "Synthetic rooms"). Images `first` to `first + count - 1`; a function of the arguments alone,
/// whatever the machine and the number of threads.
/// @param width, height  8..2048 pixels
[[nodiscard]] std::vector<SourceImage> renderRooms(std::uint64_t seed, std::int64_t first, std::int64_t count,
                                                   int width, int height);
/// The labels rooms can have, in alphabetical order.
[[nodiscard]] const std::vector<std::string>& roomLabels();

/// The set `rooms` with the values of `config` (count, size, seed); size=native is 640x480.
[[nodiscard]] std::unique_ptr<ImageSource> openRooms(const DataConfig& config);

}  // namespace elbo
