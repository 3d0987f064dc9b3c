// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <string>

namespace elbo {

/// What a bare path is, by names alone (no file is opened): the registry key `prepared`, `nyu-mat`, `mnist`,
/// `fashion-mnist`, `frames-h5`, `official-splits` or, for any other folder, `rgbd-folder`.
/// @throws Error(NotFound, NoPermission, BadFile) when it is none of them
[[nodiscard]] std::string recogniseDataSet(const std::string& path);

/// Whether a folder holds MNIST's training images, or those of a set of the same kind.
[[nodiscard]] bool hasIdxFiles(const std::filesystem::path& folder);

/// Whether a file or folder is seen at a path; false for an empty one.
[[nodiscard]] bool somethingAt(const std::string& path);
/// Why nothing is seen there: there is nothing, or the system refuses to look.
[[nodiscard]] Error absence(const std::string& path, const std::string& use = {});

}  // namespace elbo
