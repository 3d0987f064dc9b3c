// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/rooms_scene.h"

#include <cstdint>
#include <vector>

namespace elbo::rooms {

/// Where a ray meets something: always, since a scene is a closed room.
struct Hit {
    float distance = 1e9F;  ///< in lengths of the direction
    int solid = -1;         ///< index, -1 for a side of the room
    int face = 0;           ///< of the room: index into sides; of a solid: 0..5 for a box, 0 round, 2 flat
    Vec normal;             ///< towards the viewer's side of the surface
    float u = 0.0F;         ///< metres on the surface
    float v = 0.0F;
};

/// @param near indices of the solids to try
[[nodiscard]] Hit findHit(const Scene& scene, const std::vector<std::uint16_t>& near, Vec origin,
                          Vec direction);

/// For each lamp the solids that may stand between it and the points of a ball.
using Blockers = std::vector<std::vector<std::uint16_t>>;
[[nodiscard]] Blockers blockersOf(const Scene& scene, Vec centre, float radius);

/// Light from the surface at `point` towards the viewer: linear RGB, about [0, 1].
[[nodiscard]] Vec shade(const Scene& scene, const Hit& hit, Vec point, const Blockers& blockers);

}  // namespace elbo::rooms
