// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"

#include <ATen/core/Tensor.h>

namespace elbo {

/// How a network's values become colours and metres.
struct ShownRanges {
    at::Tensor ranges;      ///< float32 [C+D,2], minimum and maximum of each channel: colour in 0..255
    bool hasDepth = false;  ///< the last channel is depth
    bool metric = false;    ///< whose range is in metres; else it stays in [0, 1]
};

/// @param unit  float32 [C+D,H,W] in [0, 1]
[[nodiscard]] ShownImage shownImage(const at::Tensor& unit, const ShownRanges& ranges);
/// Colours alone. @param unit  float32 [C,H,W] in [0, 1] @param ranges  float32 [C,2], in 0..255
[[nodiscard]] Image8 trueColors(const at::Tensor& unit, const at::Tensor& ranges);

}  // namespace elbo
