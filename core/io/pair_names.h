// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace elbo {

enum class PairRole { Color, Depth, Plain };  ///< Plain: the name alone does not tell

/// What the name of a picture says about its part in a pair of colour and depth.
struct PairName {
    PairRole role = PairRole::Plain;
    std::filesystem::path key;    ///< equal for both pictures of a pair
    std::filesystem::path scene;  ///< folder that holds both, without rgb and depth folders
};

/// The layouts in use: N.jpg + N.png (Plain), rgb/ + depth/ folders, rgb_N + sync_depth_N, N.color + N.depth.
[[nodiscard]] PairName pairName(const std::filesystem::path& file);

/// Whether the suffix is one of a picture; upper case too.
[[nodiscard]] bool isPictureName(const std::filesystem::path& file);
[[nodiscard]] bool isJpegName(const std::filesystem::path& file);

/// Paths where the depth of that colour picture may lie, likely ones first; they may not exist.
[[nodiscard]] std::vector<std::filesystem::path> depthCandidates(const std::filesystem::path& color);

}  // namespace elbo
