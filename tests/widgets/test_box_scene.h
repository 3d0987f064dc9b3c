// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/geometry/point_cloud.h"
#include "widgets/view_camera.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>

/// A room with one box, seen by the camera of NYU Depth V2: every depth is the exact hit of a pixel's ray.
namespace elbo::tests {

inline constexpr double kBoxEdge = 1.5;             ///< metres
inline constexpr Vector3 kBoxMiddle{0.05, 0, 3.1};  ///< its face towards the camera lies between 2 and 3 m
inline constexpr double kBoxTurn = 0.3;             ///< radians around y

inline Intrinsics nyuCamera()
{
    return {518.8579, 519.4696, 325.58, 253.74, 640, 480, false, "NYU Depth V2"};
}

/// Into the frame of the box (around y).
inline Vector3 toBox(const Vector3& v)
{
    const double c = std::cos(kBoxTurn), s = std::sin(kBoxTurn);
    return {c * v[0] - s * v[2], v[1], s * v[0] + c * v[2]};
}

/// A corner of the face towards the camera: sides -1 or 1.
inline Vector3 faceCorner(int right, int down)
{
    const double c = std::cos(kBoxTurn), s = std::sin(kBoxTurn), h = kBoxEdge / 2;
    const Vector3 v{right * h, down * h, -h};
    return {kBoxMiddle[0] + c * v[0] + s * v[2], kBoxMiddle[1] + v[1], kBoxMiddle[2] - s * v[0] + c * v[2]};
}

/// Depth of the first hit of the ray of a pixel: box, or the room's walls.
inline double exactDepth(double column, double row, bool* onBox = nullptr)
{
    const auto camera = nyuCamera();
    const Vector3 ray{(column - camera.cx) / camera.fx, (row - camera.cy) / camera.fy, 1};
    double depth = 4.5;  // back wall; then side walls, ceiling and floor
    depth = std::min(depth, std::abs(2.2 / ray[0]));
    depth = std::min(depth, ray[1] > 0 ? 1.1 / ray[1] : -1.6 / ray[1]);
    const auto start = toBox({-kBoxMiddle[0], -kBoxMiddle[1], -kBoxMiddle[2]});
    const auto way = toBox(ray);
    double enters = 0, leaves = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < 3; ++i) {
        const double a = (-kBoxEdge / 2 - start[i]) / way[i], b = (kBoxEdge / 2 - start[i]) / way[i];
        enters = std::max(enters, std::min(a, b));
        leaves = std::min(leaves, std::max(a, b));
    }
    const bool hit = enters < leaves && enters < depth;
    if (onBox) {
        *onBox = hit;
    }
    return hit ? enters : depth;
}

inline Vector3 exactHit(double column, double row)
{
    const auto camera = nyuCamera();
    const double depth = exactDepth(column, row);
    return {(column - camera.cx) / camera.fx * depth, (row - camera.cy) / camera.fy * depth, depth};
}

inline DepthImage boxImage()
{
    const auto camera = nyuCamera();
    DepthImage image;
    image.width = camera.width;
    image.height = camera.height;
    for (int row = 0; row < camera.height; ++row) {
        for (int column = 0; column < camera.width; ++column) {
            bool onBox = false;
            const auto depth = exactDepth(column, row, &onBox);
            image.depth.push_back(static_cast<float>(depth));
            const bool tile = ((column / 20) + (row / 20)) % 2 == 0;
            const auto light = static_cast<std::uint8_t>(tile ? 170 : 140);
            image.color.insert(image.color.end(),
                               {onBox ? std::uint8_t{70} : light, onBox ? light : std::uint8_t{150},
                                onBox ? std::uint8_t{90} : std::uint8_t{120}});
        }
    }
    return image;
}

inline std::shared_ptr<PointCloud> boxCloud()
{
    return std::make_shared<PointCloud>(unproject(boxImage(), nyuCamera()));
}

}  // namespace elbo::tests
