// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_fields.h"

#include <string_view>

namespace elbo {

/// How a picture of other proportions gets those of a network.
enum class Fit {
    Stretch,  ///< squeezed, as the sets are prepared
    Crop,     ///< its middle, as much as the proportions allow
    Pad,      ///< all of it, its edges repeated at both sides
};

/// "stretch", "crop", "pad".
[[nodiscard]] std::string_view fitName(Fit fit);
/// @throws Error(BadSetting) for another name
[[nodiscard]] Fit parseFit(std::string_view name);

/// How a network's picture is shown as the picture that was given.
struct FitUndo {
    int left = 0;  ///< of the part that shows it, in pixels of the network
    int top = 0;
    ImageSize part;
    ImageSize shown;  ///< what that part is resized to: other than `part` after stretching
    bool operator==(const FitUndo&) const = default;
};
/// @param given  size of the picture that was fitted  @param network  size of the network's pictures
[[nodiscard]] FitUndo undoOf(Fit fit, const ImageSize& given, const ImageSize& network);

}  // namespace elbo
