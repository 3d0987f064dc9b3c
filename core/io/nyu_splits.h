// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image_source.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace elbo {

/// The official split of the labelled set: `trainNdxs` and `testNdxs` of splits.mat, as sides by 0-based
/// index; images of neither list have none. As long as the largest index.
/// @throws Error(BadFile) for lists of another kind, indices below 1 or above a million, an image in both
[[nodiscard]] std::vector<std::optional<SplitSide>> readNyuSplits(const std::filesystem::path& file);

/// splits.mat in the folder of a set, in whatever case; nothing when there is none.
[[nodiscard]] std::optional<std::filesystem::path> splitsBeside(const std::filesystem::path& file);

}  // namespace elbo
