// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace elbo {

/// at::cat(maps, 1) of maps [B,Ci,H,W] of one type. Without gradients on a CPU, channels_last maps are joined
/// pixel by pixel, all channels of a map at once: LibTorch's copy of such strides took a tenth of a forward
/// pass of BTS.
/// @return [B,sum of Ci,H,W], in that case channels_last
[[nodiscard]] at::Tensor joinChannels(const std::vector<at::Tensor>& maps);

}  // namespace elbo
