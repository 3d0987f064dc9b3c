// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/geometry/point_cloud.h"

#include <QtGui/QColor>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace elbo {

/// What a point's colour tells.
enum class CloudColoring {
    Image,   ///< the colour of its pixel
    Depth,   ///< Z through a colour map
    Error,   ///< the caller's value through Magma
    Single,  ///< one colour a cloud, to tell two that lie over each other apart
};

/// Parts of a cloud that are shown, in the cloud's unit. Borders are shown.
struct CloudClip {
    std::optional<float> nearest;   ///< smallest Z
    std::optional<float> farthest;  ///< largest Z
    struct Box {
        std::array<float, 3> low;  ///< X, Y, Z
        std::array<float, 3> high;
        bool operator==(const Box&) const = default;
    };
    std::optional<Box> box;
    bool operator==(const CloudClip&) const = default;
};

/// A range of values; none: low is above high.
struct ValueRange {
    float low = 1;
    float high = 0;
    [[nodiscard]] bool isEmpty() const { return !(low <= high); }
    [[nodiscard]] ValueRange united(const ValueRange& other) const;
    bool operator==(const ValueRange&) const = default;
};

/// Without the lowest and highest hundredth, which are mostly outliers. Values that are not finite are left
/// out.
[[nodiscard]] ValueRange robustRange(std::span<const float> values);

/// One cloud of a view, and which of its points are drawn how. The cloud itself is shared and never copied.
class ShownCloud {
public:
    /// @throws Error(BadSetting) when its arrays do not belong together
    explicit ShownCloud(std::shared_ptr<const PointCloud> cloud);

    [[nodiscard]] const PointCloud& cloud() const { return *m_cloud; }
    [[nodiscard]] const std::shared_ptr<const PointCloud>& shared() const { return m_cloud; }

    /// @param errors  one value a point, NaN for none; empty: none at all
    /// @throws Error(BadSetting) for another number of values
    void setErrors(std::vector<float> errors);
    [[nodiscard]] const std::vector<float>& errors() const { return m_errors; }

    void clip(const CloudClip& clip);
    /// Indices of the points that are shown, ascending.
    [[nodiscard]] const std::shared_ptr<const std::vector<std::uint32_t>>& visible() const
    {
        return m_visible;
    }
    /// That many of them (all, where there are fewer), spread without a pattern, the same each time.
    [[nodiscard]] std::shared_ptr<const std::vector<std::uint32_t>> thinned(std::size_t count) const;
    /// Positions of at most that many shown points, 3 values each, evenly taken.
    [[nodiscard]] std::vector<float> sample(std::size_t count) const;
    [[nodiscard]] ValueRange depthRange() const;  ///< of Z of the shown points, robust
    [[nodiscard]] ValueRange errorRange() const;  ///< from 0; robust

    /// RGB of every point. Image without colours, and Error without errors, give the plain colour.
    [[nodiscard]] std::shared_ptr<const std::vector<std::uint8_t>> colors(CloudColoring coloring,
                                                                          std::string_view map,
                                                                          const ValueRange& range,
                                                                          const QColor& plain) const;

private:
    std::shared_ptr<const PointCloud> m_cloud;
    std::vector<float> m_errors;
    std::shared_ptr<const std::vector<std::uint32_t>> m_visible;
};

}  // namespace elbo
