// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

namespace elbo {

/// The image that the four phases of an up-convolution with zeros around make: pixel (2i+a, 2j+b) is that of
/// phase (a, b) at (i+a, j+b).
/// @param phases  [B,4C,h+1,w+1], its channels in the order (a, b, C)
/// @return [B,C,2h,2w], channels_last
[[nodiscard]] at::Tensor imageOfPhases(const at::Tensor& phases);

}  // namespace elbo
