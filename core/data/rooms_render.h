// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/rooms_scene.h"

#include <array>
#include <cstdint>
#include <vector>

namespace elbo::rooms {

/// A picture of a scene: row-major.
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> color;  ///< [3][height][width]
    std::vector<float>
        depth;  ///< [height][width], metres along the optical axis at the pixel's centre, in (0, 10)
};

/// fx, fy, cx, cy in pixels (centres at whole numbers): NYU's field of view stretched to these sides.
[[nodiscard]] std::array<double, 4> cameraIntrinsics(int width, int height);

/// Casts one ray a pixel, and four more where two things meet, so that edges are smooth; depth is never
/// averaged.
[[nodiscard]] Picture renderScene(const Scene& scene, int width, int height);

}  // namespace elbo::rooms
