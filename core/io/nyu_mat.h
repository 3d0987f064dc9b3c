// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image_source.h"

namespace elbo {

/// The set `nyu-mat`: nyu_depth_v2_labeled.mat (Silberman, Hoiem, Kohli and Fergus 2012), or another .mat
/// file of MATLAB 5 to 7.3 with `images` [H,W,3,N] uint8 and `depths` [H,W,N] in metres; `rawDepths` instead
/// with depths=raw. Scene types become labels, scenes groups, splits.mat (beside it, or splits=) the official
/// sides. Images are read one at a time; names are 0-based indices of five digits.
[[nodiscard]] DataReader nyuMatReader();

}  // namespace elbo
