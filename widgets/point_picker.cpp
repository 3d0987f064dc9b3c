// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/point_picker.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace elbo {

namespace {

constexpr double kSurface = 0.02;  ///< depths that differ by that share of the foremost are one surface
constexpr double kAim = 2.5;       // pixels: no person aims finer, and at an edge the thing in front is meant

/// The nearest to the pointer among those not behind the foremost.
PickHit nearestInFront(const std::vector<PickHit>& hits)
{
    const auto depth = [](const PickHit& hit) { return hit.depth; };
    const auto foremost = std::ranges::min(hits, {}, depth).depth;
    const auto limit = foremost + kSurface * std::abs(foremost);
    const auto rank = [limit](const PickHit& hit) {
        return hit.depth <= limit ? hit.offset : std::numeric_limits<double>::infinity();
    };
    return std::ranges::min(hits, {}, rank);
}

}  // namespace

std::optional<PickHit> pickPoint(std::span<const float> positions, std::span<const std::uint32_t> visible,
                                 const ViewProjection& projection, QPointF at, const PickReach& reach)
{
    const double half = std::max(reach.pointSize / 2, kAim);
    const double radius = std::max(reach.radius, half);
    std::vector<PickHit> drawn;   // its square covers the pixel
    std::vector<PickHit> around;  // within the radius
    for (const auto index : visible) {
        const auto* position = &positions[3 * static_cast<std::size_t>(index)];
        const auto seen = projection.project(position[0], position[1], position[2]);
        const double dx = std::abs(seen.x - at.x()), dy = std::abs(seen.y - at.y());
        if (!(dx <= radius && dy <= radius) || (!projection.isParallel() && seen.depth <= 0)) {
            continue;
        }
        const PickHit hit{index, std::hypot(dx, dy), seen.depth};
        if (dx <= half && dy <= half) {
            drawn.push_back(hit);
        } else if (hit.offset <= radius) {
            around.push_back(hit);
        }
    }
    if (!drawn.empty()) {
        return nearestInFront(drawn);
    }
    if (around.empty()) {
        return std::nullopt;
    }
    const auto nearest = std::ranges::min(around, {}, &PickHit::offset).offset;
    std::erase_if(around, [nearest](const PickHit& hit) { return hit.offset > nearest + kAim; });
    return nearestInFront(around);
}

}  // namespace elbo
