// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/view_camera.h"

#include <QtCore/QPointF>

#include <cstdint>
#include <optional>
#include <span>

namespace elbo {

/// A point found under the pointer.
struct PickHit {
    std::size_t point = 0;  ///< index in the cloud
    double offset = 0;      ///< pixels from the pointer
    double depth = 0;       ///< along the view
};

struct PickReach {
    double pointSize = 1;  ///< side of a drawn point, pixels
    double radius = 6;     ///< how far from the pointer a point may be, pixels
};

/// What a person means by a click: of the points drawn over that pixel those of the front surface, and of
/// these the nearest to it; where none is drawn, the nearest around, in front before behind.
/// @param positions  3 values a point  @param visible  indices of the points to look at
[[nodiscard]] std::optional<PickHit> pickPoint(std::span<const float> positions,
                                               std::span<const std::uint32_t> visible,
                                               const ViewProjection& projection, QPointF at,
                                               const PickReach& reach);

}  // namespace elbo
