// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/geometry/point_cloud.h"

#include <array>
#include <cstddef>
#include <limits>
#include <optional>

namespace elbo {

/// The depth without pixels at a jump: those whose depth differs from one of their four neighbours by more
/// than `jump` times the smaller of the two depths. Between two surfaces estimated and interpolated depth has
/// points that float in the air; these are they.
/// @param jump  above 0; 0.1 suits rooms  @throws Error(BadSetting) otherwise
[[nodiscard]] DepthImage withoutEdges(const DepthImage& image, float jump);

/// A part of space along the camera's axes.
struct CloudBox {
    std::array<float, 3> low{-std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                             -std::numeric_limits<float>::infinity()};
    std::array<float, 3> high{std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity(),
                              std::numeric_limits<float>::infinity()};
    bool operator==(const CloudBox&) const = default;
};
/// The points within, bounds included; in their order. @throws Error(BadSetting) when a low bound is not
/// below its high one
[[nodiscard]] PointCloud inside(const PointCloud& cloud, const CloudBox& box);

/// Every n-th point, so that at most `most` are left: enough while a cloud is turned.
/// @throws Error(BadSetting) for 0
[[nodiscard]] PointCloud thinned(const PointCloud& cloud, std::size_t most);

/// A copy with a normal for each point, from the points of the four neighbouring pixels; of a point without
/// such neighbours it looks along the ray back to the camera. @throws Error(BadData) for a cloud that does
/// not know its pixels
[[nodiscard]] PointCloud withNormals(const PointCloud& cloud);

/// Between two points of a cloud or of two, in their unit.
[[nodiscard]] double distanceBetween(const std::array<float, 3>& a, const std::array<float, 3>& b);

}  // namespace elbo
