// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace elbo {

struct NyuMatImage {
    at::Tensor color;     ///< [3,H,W] uint8
    at::Tensor depth;     ///< [H,W] float32 metres
    at::Tensor rawDepth;  ///< [H,W] float32 metres, 0 = hole
    std::string sceneType;
    std::string scene;
};

struct NyuMatPlan {
    std::int64_t count = 0;
    std::int64_t height = 480;
    std::int64_t width = 640;
    bool packed = true;  ///< an image a chunk through zlib, level 3 as MATLAB's; else in one piece
};

/// Writes made images in the layout of nyu_depth_v2_labeled.mat: HDF5 behind MATLAB's header of 512 bytes,
/// axes reversed, texts in cell arrays by reference. For benchmarks and tests of the reader, which need files
/// that nobody may pass on; the file is written where it stands and is no user's.
/// @throws Error(DiskFull, NoPermission); Cancelled between two images
void writeNyuMat(const std::filesystem::path& file, const NyuMatPlan& plan,
                 const std::function<NyuMatImage(std::int64_t index)>& image, const std::stop_token& stop);

}  // namespace elbo
