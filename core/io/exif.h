// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/geometry/intrinsics.h"

#include <filesystem>
#include <optional>

namespace elbo {

/// The focal length that the picture's EXIF tells for film of 36 mm x 24 mm, in millimetres; nothing where it
/// tells none, or one that is not above zero. Never throws for what the file holds.
[[nodiscard]] std::optional<double> focalLength35(const std::filesystem::path& picture);

/// What is known of the camera that took a picture of that size: camera-intrinsics.txt in the folder of the
/// picture (of the picture's own pixels), else its EXIF focal length, else a guess.
/// @throws Error(BadFile) when camera-intrinsics.txt cannot be read
[[nodiscard]] Intrinsics knownIntrinsics(const std::filesystem::path& picture, int width, int height);

}  // namespace elbo
