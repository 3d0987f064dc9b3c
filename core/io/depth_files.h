// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image_tensor.h"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

/// STEM.depth.png (16-bit millimetres, 0 without a value; at most 65.534 m), STEM.depth.npy (float32 metres)
/// and STEM.depth.jpg (through Turbo on its own range). Makes the folder. @return the files @throws Error
std::vector<std::filesystem::path> writeDepth(const std::filesystem::path& folder, const std::string& stem,
                                              const at::Tensor& metres);

/// A depth file of any kind that is read here: pictures as readDepth reads them, NumPy's arrays in metres
/// (divided by depthScale when given).
struct DepthFile {
    at::Tensor depth;  ///< float32 [H,W], 0: no value
    bool metric = false;
};
/// @throws Error(BadData) when no pixel has a value, and what reading throws
[[nodiscard]] DepthFile readDepthFile(const std::filesystem::path& file, std::optional<double> depthScale);

/// The depth in the size of its colour: the nearest pixel's. @throws Error(BadData) when the proportions
/// differ by more than 1 %
[[nodiscard]] at::Tensor atColorSize(const at::Tensor& depth, std::int64_t width, std::int64_t height,
                                     const std::filesystem::path& file);

}  // namespace elbo
