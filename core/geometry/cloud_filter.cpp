// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/cloud_filter.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace elbo {

namespace {

using Vector = std::array<float, 3>;

bool usable(float depth)
{
    return std::isfinite(depth) && depth > 0;
}

Vector pointOf(const PointCloud& cloud, std::size_t index)
{
    return {cloud.positions[3 * index], cloud.positions[3 * index + 1], cloud.positions[3 * index + 2]};
}

/// The points for which `keep` is true.
PointCloud selected(const PointCloud& cloud, const std::function<bool(std::size_t)>& keep)
{
    PointCloud result;
    result.width = cloud.width;
    result.height = cloud.height;
    result.metric = cloud.metric;
    const auto copy3 = [](const auto& from, auto& to, std::size_t index) {
        if (!from.empty())
            to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(3 * index),
                      from.begin() + static_cast<std::ptrdiff_t>(3 * index + 3));
    };
    for (std::size_t index = 0; index < cloud.size(); ++index) {
        if (!keep(index))
            continue;
        copy3(cloud.positions, result.positions, index);
        copy3(cloud.colors, result.colors, index);
        copy3(cloud.normals, result.normals, index);
        if (!cloud.pixels.empty())
            result.pixels.push_back(cloud.pixels[index]);
    }
    return result;
}

Vector difference(const Vector& a, const Vector& b)
{
    return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

Vector cross(const Vector& a, const Vector& b)
{
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

float dot(const Vector& a, const Vector& b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// Of length 1 and towards the camera; back along the ray where there is no direction.
Vector facing(Vector normal, const Vector& point)
{
    if (dot(normal, point) > 0)
        for (auto& part : normal)
            part = -part;
    float length = std::sqrt(dot(normal, normal));
    if (!(length > 0)) {
        normal = {-point[0], -point[1], -point[2]};
        length = std::sqrt(dot(normal, normal));
    }
    for (auto& part : normal)
        part /= length;
    return normal;
}

}  // namespace

DepthImage withoutEdges(const DepthImage& image, float jump)
{
    if (!(jump > 0 && std::isfinite(jump)))
        throw Error(ErrorCode::BadSetting, "The jump of depth that makes an edge must be above zero.");
    auto result = image;
    const auto width = static_cast<std::size_t>(image.width), height = static_cast<std::size_t>(image.height);
    const auto compare = [&](std::size_t a, std::size_t b) {
        const float first = image.depth[a], second = image.depth[b];
        if (usable(first) && usable(second) && std::abs(first - second) > jump * std::min(first, second))
            result.depth[a] = result.depth[b] = 0;
    };
    for (std::size_t row = 0; row < height; ++row) {
        for (std::size_t column = 0; column < width; ++column) {
            const auto pixel = row * width + column;
            if (column + 1 < width)
                compare(pixel, pixel + 1);
            if (row + 1 < height)
                compare(pixel, pixel + width);
        }
    }
    return result;
}

PointCloud inside(const PointCloud& cloud, const CloudBox& box)
{
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (!(box.low.at(axis) < box.high.at(axis)))
            throw Error(ErrorCode::BadSetting, "The near bound of a clip must be below the far one.");
    return selected(cloud, [&](std::size_t index) {
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const float value = cloud.positions[3 * index + axis];
            if (!(value >= box.low.at(axis) && value <= box.high.at(axis)))
                return false;
        }
        return true;
    });
}

PointCloud thinned(const PointCloud& cloud, std::size_t most)
{
    if (most == 0)
        throw Error(ErrorCode::BadSetting, "A cloud cannot be thinned to no points.");
    if (cloud.size() <= most)
        return cloud;
    const auto step = (cloud.size() + most - 1) / most;
    return selected(cloud, [step](std::size_t index) { return index % step == 0; });
}

PointCloud withNormals(const PointCloud& cloud)
{
    if (cloud.pixels.size() != cloud.size() || cloud.width < 1)
        throw Error(ErrorCode::BadData, "Normals need the image that a cloud came from: make it from depth.");
    const auto width = static_cast<std::uint32_t>(cloud.width);
    std::vector<std::size_t> place(
        static_cast<std::size_t>(cloud.width) * static_cast<std::size_t>(cloud.height), cloud.size());
    for (std::size_t index = 0; index < cloud.size(); ++index)
        place.at(cloud.pixels[index]) = index;
    const auto at = [&](std::size_t pixel, std::size_t otherwise) {
        return place[pixel] < cloud.size() ? place[pixel] : otherwise;
    };
    auto result = cloud;
    result.normals.clear();
    result.normals.reserve(cloud.positions.size());
    for (std::size_t index = 0; index < cloud.size(); ++index) {
        const auto pixel = cloud.pixels[index];
        const auto column = pixel % width, row = pixel / width;
        const auto left = column > 0 ? at(pixel - 1, index) : index;
        const auto right = column + 1 < width ? at(pixel + 1, index) : index;
        const auto up = row > 0 ? at(pixel - width, index) : index;
        const auto down =
            row + 1 < static_cast<std::uint32_t>(cloud.height) ? at(pixel + width, index) : index;
        const auto normal = cross(difference(pointOf(cloud, right), pointOf(cloud, left)),
                                  difference(pointOf(cloud, down), pointOf(cloud, up)));
        for (const auto part : facing(normal, pointOf(cloud, index)))
            result.normals.push_back(part);
    }
    return result;
}

double distanceBetween(const std::array<float, 3>& a, const std::array<float, 3>& b)
{
    return std::hypot(static_cast<double>(a[0]) - b[0], static_cast<double>(a[1]) - b[1],
                      static_cast<double>(a[2]) - b[2]);
}

}  // namespace elbo
