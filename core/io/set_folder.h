// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image_source.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

/// What lies in the folder of a set, by path below it; both in name order.
struct SetFolder {
    std::vector<std::filesystem::path> images;  ///< files that hold an image, or a half of one
    std::vector<std::filesystem::path> others;  ///< whole paths of lists and tables at its top
    std::vector<ImageProblem> problems;         ///< folders below it that cannot be opened
};

struct SetFolderWish {
    std::function<bool(const std::filesystem::path& name)> isImage;
    std::function<bool(const std::filesystem::path& name)> isOther;
    std::string holds;  ///< "the pairs": for the sentence about a file in place of the folder
};

/// Searches a folder three levels deep; names that begin with a dot are passed by. Opens no file.
/// @throws Error(BadSetting) for a file; NotFound, NoPermission
[[nodiscard]] SetFolder listSetFolder(const std::filesystem::path& root, const SetFolderWish& wish);

/// The scene without folders that name a side of a split, or all of its test images (`val/official`).
[[nodiscard]] std::string sceneName(const std::filesystem::path& scene);
/// The side that the folders above an image name: `train`, `test` and `val`, the two published sets of NYU
/// frames being split into training images and the official test images.
[[nodiscard]] std::optional<SplitSide> sideOfFolder(const std::filesystem::path& scene);
/// Which of the 27 scene types of NYU Depth V2 the last folder of a scene names ("kitchen_0028b", "kitchen").
/// Source: Silberman, Hoiem, Kohli and Fergus (2012), sceneTypes of the labelled set.
[[nodiscard]] std::optional<std::string> sceneType(const std::string& scene);

/// The lines of a text file without blanks at their ends; empty ones are left out. @throws Error
[[nodiscard]] std::vector<std::string> linesOf(const std::filesystem::path& file);

}  // namespace elbo
