// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/latent_map_session.h"
#include "widgets/latent_sliders.h"

#include <QtCore/QString>

#include <cstdint>
#include <vector>

namespace elbo {

/// What the sliders of the page Explore move a code along.
enum class AxisKind { Dimensions, Directions, Attributes };

/// The axes of one kind: what stands beside each slider, and where a code lies along each.
class ExploreAxes {
public:
    ExploreAxes() = default;
    /// @param space  not null @param range  how far the sliders go, in standard deviations
    ExploreAxes(std::shared_ptr<const LatentSpace> space, std::vector<AttributeDirection> attributes,
                AxisKind kind, double range);

    [[nodiscard]] const std::vector<LatentAxis>& axes() const { return m_axes; }
    /// One sentence about them.
    [[nodiscard]] const QString& note() const { return m_note; }
    /// Share of the variance along each principal direction, percent; empty for other kinds.
    [[nodiscard]] const std::vector<double>& scree() const { return m_scree; }
    [[nodiscard]] std::vector<double> valuesOf(const LatentCode& code) const;
    /// The code with one axis at that value, moved along the axis alone.
    [[nodiscard]] LatentCode moved(const LatentCode& code, int axis, double value) const;

private:
    void addDimensions(double range);
    void addDirections(double range);
    void addAttributes(double range);
    /// What of the code lies along an axis, in its unit.
    [[nodiscard]] double valueOf(const LatentCode& code, std::size_t axis) const;

    std::shared_ptr<const LatentSpace> m_space;
    std::vector<AttributeDirection> m_attributes;
    AxisKind m_kind = AxisKind::Dimensions;
    std::vector<LatentAxis> m_axes;
    std::vector<std::size_t> m_order;  ///< dimension, direction or attribute of each
    std::vector<double> m_scree;
    QString m_note;
};

}  // namespace elbo
