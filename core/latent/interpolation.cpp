// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/interpolation.h"

#include "core/base/error.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace elbo {

namespace {

constexpr double kStraight = 1e-6;  ///< angle, radians, under which an arc is a line

at::Tensor linear(const at::Tensor& a, const at::Tensor& b, double t)
{
    return a * (1 - t) + b * t;
}

/// A unit vector at right angles to a unit vector: its smallest part turned out.
at::Tensor perpendicular(const at::Tensor& unit)
{
    auto axis = at::zeros_like(unit);
    axis[unit.abs().argmin().item<std::int64_t>()] = 1;
    const auto rest = axis - unit * unit.dot(axis);
    return rest / rest.norm();
}

at::Tensor spherical(const at::Tensor& a, const at::Tensor& b, double t)
{
    const auto lengthA = a.norm().item<double>(), lengthB = b.norm().item<double>();
    if (lengthA == 0 || lengthB == 0 || a.numel() < 2)
        return linear(a, b, t);
    const auto from = a / lengthA, to = b / lengthB;
    const auto angle = std::acos(std::clamp(from.dot(to).item<double>(), -1.0, 1.0));
    if (angle < kStraight)
        return linear(a, b, t);
    // In the plane of both: from, and what of `to` is at right angles to it.
    const bool opposite = std::numbers::pi - angle < kStraight;
    auto side = opposite ? perpendicular(from) : to - from * std::cos(angle);
    side = side / side.norm();
    return (from * std::cos(t * angle) + side * std::sin(t * angle)) * ((1 - t) * lengthA + t * lengthB);
}

}  // namespace

std::string_view toString(LatentPath path)
{
    return path == LatentPath::Linear ? "linear" : "spherical";
}

LatentPath parseLatentPath(std::string_view text)
{
    for (const auto path : {LatentPath::Linear, LatentPath::Spherical})
        if (text == toString(path))
            return path;
    throw Error(ErrorCode::BadSetting,
                "There is no path \"" + std::string(text) + "\": choose linear or spherical.");
}

at::Tensor between(const at::Tensor& a, const at::Tensor& b, double t, LatentPath path)
{
    if (t <= 0)
        return a.clone();
    if (t >= 1)
        return b.clone();
    const auto from = a.to(at::kDouble), to = b.to(at::kDouble);
    return (path == LatentPath::Linear ? linear(from, to, t) : spherical(from, to, t)).to(at::kFloat);
}

at::Tensor pathThrough(const at::Tensor& points, std::int64_t steps, LatentPath path)
{
    if (points.size(0) < 2 || steps < 2)
        throw Error(ErrorCode::BadSetting,
                    "A way through latent space has two points and two steps at least: give more.");
    const auto legs = points.size(0) - 1;
    std::vector<at::Tensor> codes;
    for (std::int64_t step = 0; step < steps; ++step) {
        // As whole numbers first, so that way points are met exactly.
        const auto leg = std::min(step * legs / (steps - 1), legs - 1);
        const auto t = static_cast<double>(step * legs - leg * (steps - 1)) / static_cast<double>(steps - 1);
        codes.push_back(between(points[leg], points[leg + 1], t, path));
    }
    return at::stack(codes);
}

}  // namespace elbo
