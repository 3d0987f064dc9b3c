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

/// The set `official-splits` (Lee et al. 2019, BTS): rgb_NNNNN.jpg with sync_depth_NNNNN.png (16 bits, mm) in
/// scene folders; the scene is the group, and the label where it names a scene type. Official sides from
/// train and test folders above the scenes, or from lists in the folder ("*train*files*.txt", first word of
/// a line), which go before.
[[nodiscard]] DataReader officialSplitsReader();

}  // namespace elbo
