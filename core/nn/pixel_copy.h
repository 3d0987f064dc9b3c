// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

namespace elbo {

/// to.copy_(from) of [B,C,H,W] tensors of one type. On a GPU the channels of a pixel that lie side by side
/// (channels_last) are moved together, up to 16 bytes at once: a strided copy there takes as long as it has
/// elements.
void copyPixels(const at::Tensor& to, const at::Tensor& from);

}  // namespace elbo
