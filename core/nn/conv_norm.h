// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

namespace elbo {

/// BatchNorm of the convolution of x [B,C,H,W]. In evaluation the normalisation is multiplied into the
/// weights (a few million numbers) instead of the image, which saves a pass over it.
[[nodiscard]] at::Tensor convNorm(const at::Tensor& x, torch::nn::Conv2dImpl& convolution,
                                  torch::nn::BatchNorm2dImpl& norm);

}  // namespace elbo
