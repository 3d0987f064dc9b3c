// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/preparation.h"
#include "core/data/resize.h"

#include <optional>
#include <string>

namespace elbo {

/// How each image of a set is prepared.
struct ImageRecipe {
    std::optional<ImageSize> size;  ///< nothing: as it is
    Resizing resizing = Resizing::Bicubic;
    bool fillHoles = true;
    DepthFiller filler;    ///< empty: from the nearest pixel
    std::stop_token stop;  ///< for the filler
    bool storeUnchanged = false;
    std::optional<std::array<double, 4>> intrinsics;  ///< instead of the image's own
};

struct RecipeResult {
    PreparedImage image;
    std::optional<std::array<double, 4>>
        intrinsics;  ///< in pixels of the result, whose centres are whole numbers
    bool holes = false;
};

/// Resizes, fills holes and turns each channel into codes of its own range.
/// @throws Error(BadData) when the depth has no valid value, or its aspect differs from the colour's by more
/// than 1 %; Cancelled by a filler
[[nodiscard]] RecipeResult applyRecipe(const SourceImage& image, const ImageRecipe& recipe);

}  // namespace elbo
