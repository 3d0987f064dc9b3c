// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"
#include "core/geometry/point_cloud.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace elbo {

struct PlyOptions {
    bool ascii = false;   ///< else binary, little-endian
    bool normals = true;  ///< where the cloud has some
};

/// x, y, z as float32, then nx, ny, nz and red, green, blue (uchar) where the cloud has them; a comment tells
/// the unit, and the size of the image. Axes as in the cloud: x right, y down, z away from the camera.
/// @throws Error(BadData) for a cloud without points, and what writing throws; no half file is left
void writePly(const std::filesystem::path& file, const PointCloud& cloud, const PlyOptions& options = {},
              const WriteObserver& observer = {});

/// Reads the vertices of a PLY file: x, y, z of any number type, colours and normals where they are; ASCII
/// and binary of both byte orders. Other properties and elements before the vertices are skipped when their
/// size is fixed. @throws Error(NotFound, NoPermission), Error(BadFile): no PLY file, one whose header claims
/// more than it holds, positions that are not finite
[[nodiscard]] PointCloud readPly(const std::filesystem::path& file);
/// The same for bytes in memory. @param name  for the sentence
[[nodiscard]] PointCloud parsePly(std::span<const std::byte> bytes, const std::string& name);

}  // namespace elbo
