// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/point_cloud.h"

#include "core/base/error.h"

#include <cmath>

namespace elbo {

PointCloud unproject(const DepthImage& image, const Intrinsics& intrinsics)
{
    check(intrinsics);
    const auto pixels = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
    if (image.width != intrinsics.width || image.height != intrinsics.height ||
        image.depth.size() != pixels || (!image.color.empty() && image.color.size() != 3 * pixels))
        throw Error(ErrorCode::BadSetting,
                    "Depth, colour and intrinsics of a cloud must be of the same size.");
    PointCloud cloud;
    cloud.width = image.width;
    cloud.height = image.height;
    cloud.metric = image.metric;
    cloud.positions.reserve(3 * pixels);
    cloud.pixels.reserve(pixels);
    cloud.colors.reserve(image.color.size());
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
        const float depth = image.depth[pixel];
        if (!std::isfinite(depth) || depth <= 0)
            continue;
        const auto column = static_cast<double>(pixel % static_cast<std::size_t>(image.width));
        const auto row = static_cast<double>(pixel / static_cast<std::size_t>(image.width));
        cloud.positions.push_back(static_cast<float>((column - intrinsics.cx) / intrinsics.fx * depth));
        cloud.positions.push_back(static_cast<float>((row - intrinsics.cy) / intrinsics.fy * depth));
        cloud.positions.push_back(depth);
        cloud.pixels.push_back(static_cast<std::uint32_t>(pixel));
        if (!image.color.empty())
            cloud.colors.insert(cloud.colors.end(),
                                image.color.begin() + static_cast<std::ptrdiff_t>(3 * pixel),
                                image.color.begin() + static_cast<std::ptrdiff_t>(3 * pixel + 3));
    }
    return cloud;
}

}  // namespace elbo
