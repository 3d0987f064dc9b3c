// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/latent_map.h"
#include "app/window/session/latent_space.h"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <vector>

namespace elbo {

/// Colour, and depth beside it: what elbo-cli writes of the same code, pixel for pixel.
[[nodiscard]] Image8 decodedSheet(const ShownImage& image);

/// All pictures of a grid, row by row: what `elbo-cli traverse` writes of the same code, pixel for pixel.
[[nodiscard]] Image8 gridSheet(const LatentGrid& grid);

/// All samples in a sheet that is about square, as `elbo-cli sample` writes it.
[[nodiscard]] Image8 sampleSheet(const DrawnSamples& samples);

/// A way through latent space that is to be saved.
struct LatentWay {
    std::shared_ptr<const OpenedModel> model;
    std::vector<LatentCode> points;
    LatentPath path = LatentPath::Linear;
    int shownClass = 0;
};
/// FILE.png: a strip; FILE.gif and FILE.mp4: there and back again; FILE.csv and FILE.npy: the codes. Without
/// an ending a strip. @return the file @throws Error, Cancelled
std::filesystem::path saveWay(const LatentWay& way, std::filesystem::path file, const std::stop_token& stop);

}  // namespace elbo
