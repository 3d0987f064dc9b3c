// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image_source.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace elbo {

/// The set `rgbd-folder`: pairs of colour and depth pictures matched by name (pair_names.h), searched three
/// levels deep; labels from a CSV file in the folder, official sides from official_train_idx0.txt and
/// official_test_idx0.txt in it or beside it, intrinsics from camera-intrinsics.txt.
[[nodiscard]] DataReader rgbdFolderReader();

}  // namespace elbo
