// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/geometry/point_cloud.h"

#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

namespace elbo {

/// A rigid motion from a camera's coordinates to the world's: the first three rows of a 4x4 matrix.
struct Pose {
    std::array<std::array<double, 4>, 3> rows{{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}}};
    bool operator==(const Pose&) const = default;
};

/// Sixteen numbers, row by row, as 7-Scenes' pose files have them.
/// @param name  for the sentence  @throws Error(BadFile) for other counts, values that are no numbers, a last
/// row other than 0 0 0 1, and a matrix that is no rotation (within 1 %)
[[nodiscard]] Pose parsePose(std::string_view text, const std::string& name);
/// @throws Error(NotFound, BadFile) as above
[[nodiscard]] Pose readPose(const std::filesystem::path& file);

/// The points where the pose puts them; normals turn along.
[[nodiscard]] PointCloud moved(const PointCloud& cloud, const Pose& pose);
/// The motion that `pose` undoes.
[[nodiscard]] Pose inverse(const Pose& pose);
/// What `second` does after `first`.
[[nodiscard]] Pose after(const Pose& second, const Pose& first);

/// One cloud of several; they know no pixels any more. @throws Error(BadData) when some have colours or
/// metres and others have none
[[nodiscard]] PointCloud joined(const std::vector<PointCloud>& clouds);

/// How well clouds of one scene agree.
struct CloudAgreement {
    std::size_t overlapping = 0;  ///< points that another cloud reaches: one of its points within `reach`
    std::size_t near = 0;         ///< of these, with a point of another cloud within `distance`
    [[nodiscard]] double share() const
    {
        return overlapping == 0 ? 0.0 : static_cast<double>(near) / static_cast<double>(overlapping);
    }
};
/// @param clouds  in world coordinates  @param distance, reach  above zero, the second larger; the clouds'
/// unit
[[nodiscard]] CloudAgreement agreementOf(const std::vector<PointCloud>& clouds, double distance,
                                         double reach);

}  // namespace elbo
