// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/geometry/intrinsics.h"

#include <cstdint>
#include <span>
#include <vector>

namespace elbo {

/// Points of one camera's image: x right, y down, z away from it.
struct PointCloud {
    std::vector<float> positions;       ///< 3 a point: X, Y, Z in metres (or relative units)
    std::vector<std::uint8_t> colors;   ///< 3 a point: RGB; empty without
    std::vector<float> normals;         ///< 3 a point, of length 1, towards the camera; empty unless asked
    std::vector<std::uint32_t> pixels;  ///< 1 a point: row * width + column it came from; empty without
    int width = 0;                      ///< of that image
    int height = 0;
    bool metric = true;  ///< lengths are metres; false: relative depth, shown with a scale of the user's
    [[nodiscard]] std::size_t size() const { return positions.size() / 3; }
    bool operator==(const PointCloud&) const = default;
};

/// A colour and a depth image of one camera, as rows of pixels.
struct DepthImage {
    int width = 0;
    int height = 0;
    std::vector<float> depth;         ///< width * height, along z; 0, NaN, infinite or negative: no value
    std::vector<std::uint8_t> color;  ///< width * height * 3 RGB, or empty
    bool metric = true;
    bool operator==(const DepthImage&) const = default;
};

/// Points of the pixels that have a depth, in the order of rows.
/// @param intrinsics  of that size  @throws Error(BadSetting) when sizes differ or intrinsics are wrong
[[nodiscard]] PointCloud unproject(const DepthImage& image, const Intrinsics& intrinsics);

}  // namespace elbo
