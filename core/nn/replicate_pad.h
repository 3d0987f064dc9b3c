// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

namespace elbo {

/// One more row and column on every side, a copy of the nearest: [B,C,H,W] -> [B,C,H+2,W+2], channels_last;
/// differentiable. What at::replication_pad2d computes. LibTorch's gradient of that adds up in any order on
/// CUDA, so that the same run would not give the same bits; this one always adds in one order.
[[nodiscard]] at::Tensor replicatePad(const at::Tensor& x);

}  // namespace elbo
